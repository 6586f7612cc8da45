//! Input enums that stand for the domain's own enums.

/// Declares an input enum with the values of a `text_enum!` of the domain.
macro_rules! input_enum {
    ($(#[$doc:meta])* $name:ident($of:ty)) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub(in crate::admin) struct $name(pub(in crate::admin) $of);

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                const NAMES: &[&str] = &{
                    let mut names = [""; <$of>::ALL.len()];
                    let mut place = 0;
                    while place < names.len() {
                        names[place] = <$of>::ALL[place].as_str();
                        place += 1;
                    }
                    names
                };
                struct Named;
                impl<'de> serde::de::Visitor<'de> for Named {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(stringify!($name))
                    }

                    fn visit_enum<A: serde::de::EnumAccess<'de>>(
                        self,
                        data: A,
                    ) -> Result<$name, A::Error> {
                        let (text, variant) = data.variant::<String>()?;
                        serde::de::VariantAccess::unit_variant(variant)?;
                        let found = <$of>::parse(&text);
                        found.map($name).ok_or_else(|| {
                            serde::de::Error::unknown_variant(&text, NAMES)
                        })
                    }
                }
                from.deserialize_enum(stringify!($name), NAMES, Named)
            }
        }
    };
}
pub(super) use input_enum;
