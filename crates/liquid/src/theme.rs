//! The tags of an online store's themes: how they are read. What they do is the
//! host's, who is handed the tag as it was read.

use std::sync::Arc;

use crate::engine::Engine;
use crate::error::Result;
use crate::host::{Argument, Body, Element, Parse, Tag};
use crate::render::Context;

/// The tags that a [`Theme`] answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThemeTag {
    /// `{% section 'header' %}`
    Section,
    /// `{% sections 'header-group' %}`
    Sections,
    /// `{% layout 'checkout' %}` and `{% layout none %}`
    Layout,
    /// `{% content_for 'block', type: 'text', id: '1' %}`
    ContentFor,
    /// `{% form 'product', product, class: 'form' %}…{% endform %}`
    Form,
    /// `{% paginate collection.products by 12 %}…{% endpaginate %}`
    Paginate,
    /// `{% style %}…{% endstyle %}`
    Style,
}

/// A theme tag as it was read.
#[derive(Debug)]
pub struct ThemeCall {
    /// Which tag.
    pub tag: ThemeTag,
    /// What stands first: the name of a section, the kind of a form, the list
    /// that is paginated.
    pub subject: Option<Argument>,
    /// What stands behind it: the object of a form, the size of a page.
    pub extra: Vec<Argument>,
    /// `name: value` pairs.
    pub attributes: Vec<(String, Argument)>,
    /// The body of a block.
    pub body: Option<Body>,
}

/// What a host does for the theme tags.
pub trait Theme: Send + Sync {
    /// Renders a tag.
    ///
    /// # Errors
    /// The host's own; it is told with the line of the tag.
    fn render<'a>(&self, call: &'a ThemeCall, context: &mut Context<'a, '_>) -> Result<()>;
}

/// The bodies of `schema`, `stylesheet` and `javascript` tags, which render
/// nothing where they stand.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    /// The section's settings, as JSON.
    pub schema: Option<String>,
    /// The section's style sheets.
    pub stylesheets: Vec<String>,
    /// The section's scripts.
    pub scripts: Vec<String>,
}

const TAGS: &[(&str, ThemeTag)] = &[
    ("section", ThemeTag::Section),
    ("sections", ThemeTag::Sections),
    ("layout", ThemeTag::Layout),
    ("content_for", ThemeTag::ContentFor),
    ("form", ThemeTag::Form),
    ("paginate", ThemeTag::Paginate),
    ("style", ThemeTag::Style),
];

const ASSETS: &[&str] = &["schema", "stylesheet", "javascript"];

impl Engine {
    /// With the tags of a theme, answered by `theme`.
    #[must_use]
    pub fn theme(self, theme: impl Theme + 'static) -> Self {
        let theme: Arc<dyn Theme> = Arc::new(theme);
        let engine = TAGS.iter().fold(self, |engine, (name, tag)| {
            let theme = Arc::clone(&theme);
            engine.tag(name, Reader { tag: *tag, theme })
        });
        ASSETS
            .iter()
            .fold(engine, |engine, name| engine.tag(name, AssetTag))
    }
}

struct Reader {
    tag: ThemeTag,
    theme: Arc<dyn Theme>,
}

struct Placed {
    call: ThemeCall,
    theme: Arc<dyn Theme>,
}

impl Tag for Reader {
    fn parse(&self, parse: &mut Parse<'_, '_, '_>) -> Result<Box<dyn Element>> {
        let mut call = ThemeCall {
            tag: self.tag,
            subject: None,
            extra: Vec::new(),
            attributes: Vec::new(),
            body: None,
        };
        parse.arguments(|arguments| {
            match self.tag {
                ThemeTag::Style => {}
                ThemeTag::Paginate => {
                    call.subject = Some(arguments.expression()?);
                    if arguments.accept_word("by") {
                        call.extra.push(arguments.expression()?);
                    }
                    call.attributes = arguments.attributes()?;
                }
                ThemeTag::Form => {
                    call.subject = Some(arguments.expression()?);
                    while arguments.accept_comma() && !arguments.at_attribute() {
                        call.extra.push(arguments.expression()?);
                    }
                    call.attributes = arguments.attributes()?;
                }
                ThemeTag::Section
                | ThemeTag::Sections
                | ThemeTag::Layout
                | ThemeTag::ContentFor => {
                    call.subject = Some(arguments.expression()?);
                    call.attributes = arguments.attributes()?;
                }
            }
            Ok(())
        })?;
        if matches!(
            self.tag,
            ThemeTag::Form | ThemeTag::Paginate | ThemeTag::Style
        ) {
            call.body = Some(parse.body()?);
        }
        let theme = Arc::clone(&self.theme);
        Ok(Box::new(Placed { call, theme }))
    }
}

impl Element for Placed {
    fn render<'a>(&'a self, context: &mut Context<'a, '_>) -> Result<()> {
        self.theme.render(&self.call, context)
    }
}

struct AssetTag;

struct Nothing;

impl Tag for AssetTag {
    fn parse(&self, parse: &mut Parse<'_, '_, '_>) -> Result<Box<dyn Element>> {
        let body = parse.raw_body()?;
        match parse.name() {
            "schema" => parse.assets().schema = Some(body),
            "stylesheet" => parse.assets().stylesheets.push(body),
            _ => parse.assets().scripts.push(body),
        }
        Ok(Box::new(Nothing))
    }
}

impl Element for Nothing {
    fn render<'a>(&'a self, _context: &mut Context<'a, '_>) -> Result<()> {
        Ok(())
    }

    fn is_blank(&self) -> bool {
        true
    }
}
