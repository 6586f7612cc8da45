//! Parameters of statements: what a value is for the database.

use std::borrow::Cow;
use std::sync::Arc;

/// A parameter: a whole number, a text, a list of them, or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Param<'a> {
    /// `NULL`.
    Null,
    /// A `BIGINT`.
    Int(i64),
    /// A `TEXT`.
    Text(Cow<'a, str>),
    /// The list of `= ANY($n)`.
    List(Vec<Param<'a>>),
}

/// A value that can stand for `$n`.
pub trait ToParam {
    /// The parameter; it borrows its text from the value.
    fn to_param(&self) -> Param<'_>;
}

/// The parameters of one statement: a tuple, or a slice of [`Param`].
pub trait Params {
    /// Lends the parameters, in order.
    fn lend<R>(&self, to: impl FnOnce(&[Param<'_>]) -> R) -> R;

    /// Appends the parameters, in order.
    fn append<'a>(&'a self, to: &mut Vec<Param<'a>>);
}

impl ToParam for Param<'_> {
    fn to_param(&self) -> Param<'_> {
        match self {
            Self::Null => Param::Null,
            Self::Int(number) => Param::Int(*number),
            Self::Text(text) => Param::Text(Cow::Borrowed(text)),
            Self::List(list) => Param::List(list.iter().map(ToParam::to_param).collect()),
        }
    }
}

macro_rules! whole_numbers {
    ($($number:ty),*) => {$(
        impl ToParam for $number {
            fn to_param(&self) -> Param<'_> {
                Param::Int(i64::from(*self))
            }
        }
    )*};
}
whole_numbers!(i64, i32, u32, i16, u16, u8, bool);

macro_rules! texts {
    ($($text:ty),*) => {$(
        impl ToParam for $text {
            fn to_param(&self) -> Param<'_> {
                Param::Text(Cow::Borrowed(self))
            }
        }
    )*};
}
texts!(str, String, Box<str>, Arc<str>, Cow<'_, str>);

impl<T: ToParam + ?Sized> ToParam for &T {
    fn to_param(&self) -> Param<'_> {
        (**self).to_param()
    }
}

impl<T: ToParam> ToParam for Option<T> {
    fn to_param(&self) -> Param<'_> {
        self.as_ref().map_or(Param::Null, ToParam::to_param)
    }
}

impl<T: ToParam> ToParam for [T] {
    fn to_param(&self) -> Param<'_> {
        Param::List(self.iter().map(ToParam::to_param).collect())
    }
}

impl<T: ToParam> ToParam for Vec<T> {
    fn to_param(&self) -> Param<'_> {
        self.as_slice().to_param()
    }
}

impl<P: Params + ?Sized> Params for &P {
    fn lend<R>(&self, to: impl FnOnce(&[Param<'_>]) -> R) -> R {
        (**self).lend(to)
    }

    fn append<'a>(&'a self, to: &mut Vec<Param<'a>>) {
        (**self).append(to);
    }
}

impl Params for [Param<'_>] {
    fn lend<R>(&self, to: impl FnOnce(&[Param<'_>]) -> R) -> R {
        to(self)
    }

    fn append<'a>(&'a self, to: &mut Vec<Param<'a>>) {
        to.extend(self.iter().map(ToParam::to_param));
    }
}

impl Params for Vec<Param<'_>> {
    fn lend<R>(&self, to: impl FnOnce(&[Param<'_>]) -> R) -> R {
        to(self)
    }

    fn append<'a>(&'a self, to: &mut Vec<Param<'a>>) {
        self.as_slice().append(to);
    }
}

macro_rules! tuples {
    ($($letter:ident $place:tt),* ; $($rest:ident $rest_place:tt),*) => {
        impl<$($letter: ToParam),*> Params for ($($letter,)*) {
            fn lend<R>(&self, to: impl FnOnce(&[Param<'_>]) -> R) -> R {
                to(&[$(self.$place.to_param()),*])
            }

            fn append<'a>(&'a self, _to: &mut Vec<Param<'a>>) {
                $(_to.push(self.$place.to_param());)*
            }
        }
        tuples!(@next $($letter $place),* ; $($rest $rest_place),*);
    };
    (@next $($letter:ident $place:tt),* ; ) => {};
    (@next $($letter:ident $place:tt),* ; $next:ident $next_place:tt $(, $rest:ident $rest_place:tt)*) => {
        tuples!($($letter $place,)* $next $next_place ; $($rest $rest_place),*);
    };
}
tuples!(; A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14, P 15,
    Q 16, S 17, T 18, U 19, V 20, W 21, X 22, Y 23, Z 24, Aa 25, Ab 26, Ac 27, Ad 28, Ae 29,
    Af 30, Ag 31, Ah 32, Ai 33, Aj 34, Ak 35);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tuple_lends_its_values_in_order() {
        let name = String::from("Ada");
        (7_i64, &name, None::<i64>, true).lend(|given| {
            assert_eq!(
                given,
                [
                    Param::Int(7),
                    Param::Text("Ada".into()),
                    Param::Null,
                    Param::Int(1)
                ]
            );
        });
    }

    #[test]
    fn a_list_is_one_parameter() {
        (vec![1_i64, 2], &["a", "b"][..]).lend(|given| {
            assert_eq!(given.len(), 2);
            assert_eq!(given[0], Param::List(vec![Param::Int(1), Param::Int(2)]));
        });
    }
}
