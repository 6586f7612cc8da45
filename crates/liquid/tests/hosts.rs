//! What hosts build on the engine.

use std::cell::Cell;

use stockroom_liquid::{
    Arena, Argument, Body, Context, Element, Engine, Map, Object, Parse, Partials, Render, Result,
    Tag, Theme, ThemeCall, ThemeTag, Value,
};

fn data(json: &str) -> Map {
    serde_json::from_str(json).unwrap()
}

/// An object that counts how often it is asked.
struct Product {
    title: &'static str,
    asked: Cell<u32>,
    variants: Vec<i64>,
}

#[derive(Clone, Copy)]
struct Variant<'p> {
    product: &'p Product,
    at: usize,
}

impl Object for Product {
    fn get<'a>(&'a self, name: &str, arena: &'a Arena) -> Result<Option<Value<'a>>> {
        self.asked.set(self.asked.get() + 1);
        Ok(match name {
            "title" => Some(Value::Str(self.title)),
            "first_variant" => Some(arena.plain_object(Variant {
                product: self,
                at: 0,
            })?),
            _ => None,
        })
    }

    fn size(&self) -> Result<Option<usize>> {
        Ok(Some(self.variants.len()))
    }

    fn window<'a>(
        &'a self,
        offset: usize,
        limit: usize,
        arena: &'a Arena,
    ) -> Result<Option<Value<'a>>> {
        let places = (0..self.variants.len()).skip(offset).take(limit);
        let variants: Result<Vec<_>> = places
            .map(|at| arena.plain_object(Variant { product: self, at }))
            .collect();
        arena.list(&variants?).map(Some)
    }

    fn text<'a>(&'a self, _arena: &'a Arena) -> Result<&'a str> {
        Ok("a product")
    }
}

impl Object for Variant<'_> {
    fn get<'a>(&'a self, name: &str, _arena: &'a Arena) -> Result<Option<Value<'a>>> {
        Ok(match name {
            "price" => Some(Value::Int(self.product.variants[self.at])),
            "product" => Some(Value::Object(self.product)),
            _ => None,
        })
    }
}

struct Page {
    product: Product,
}

impl Object for Page {
    fn get<'a>(&'a self, name: &str, _arena: &'a Arena) -> Result<Option<Value<'a>>> {
        Ok((name == "product").then_some(Value::Object(&self.product)))
    }
}

fn page() -> Page {
    Page {
        product: Product {
            title: "Mug",
            asked: Cell::new(0),
            variants: vec![100, 250],
        },
    }
}

fn rendered(source: &str, page: &Page) -> String {
    let template = Engine::new().parse(source).unwrap();
    Render::new(&template)
        .data(page)
        .raising()
        .to_string()
        .unwrap()
}

#[test]
fn objects_load_only_what_is_printed() {
    let page = page();
    assert_eq!(
        rendered("{% if product %}yes{% endif %} {{ product.title }}", &page),
        "yes Mug"
    );
    assert_eq!(page.product.asked.get(), 1);
}

#[test]
fn objects_may_be_lists() {
    let page = page();
    assert_eq!(
        rendered(
            "{% for v in product offset: 1 %}{{ v.price }} {{ v.product.title }}{% endfor %}",
            &page
        ),
        "250 Mug"
    );
    assert_eq!(
        rendered(
            "{{ product | map: 'price' | join: '+' }} {{ product.size }}",
            &page
        ),
        "100+250 2"
    );
    assert_eq!(
        rendered(
            "{{ product.first_variant.price }} {{ product[1].price }} {{ product }}",
            &page
        ),
        "100 250 a product"
    );
}

struct Upper {
    count: Argument,
    body: Body,
}

struct UpperTag;

impl Tag for UpperTag {
    fn parse(&self, parse: &mut Parse<'_, '_, '_>) -> Result<Box<dyn Element>> {
        let count = parse.arguments(|arguments| arguments.expression())?;
        let body = parse.body()?;
        Ok(Box::new(Upper { count, body }))
    }
}

impl Element for Upper {
    fn render<'a>(&'a self, context: &mut Context<'a, '_>) -> Result<()> {
        let Value::Int(count) = context.evaluate(&self.count)? else {
            return Ok(());
        };
        for at in 0..count {
            let text = context.with("at", Value::Int(at), |context| context.capture(self.body))?;
            context.write(&text.to_uppercase());
        }
        if let Some(seen) = context.register_mut::<u32>() {
            *seen += 1;
        }
        let seen = context.register::<u32>().copied().unwrap_or(0);
        context.set("seen", Value::Int(seen.into()))
    }
}

#[test]
fn hosts_add_blocks_that_see_registers() {
    let engine = Engine::new().tag("upper", UpperTag);
    let template = engine
        .parse("{% upper n %}a{{ at }} {% endupper %}{{ seen }}{% upper 1 %}{% if at %}b{% endif %}{% endupper %}{{ at }}")
        .unwrap();
    let data = data(r#"{"n": 2}"#);
    let page = Render::new(&template)
        .data(&data)
        .register(41_u32)
        .to_string()
        .unwrap();
    assert_eq!(page, "A0 A1 42B");
    let error = engine.parse("{% upper n m %}{% endupper %}").unwrap_err();
    assert_eq!(
        error.to_string(),
        "Liquid syntax error (line 1): Expected end_of_string but found id in \"n m\""
    );
}

struct Shop;

impl Theme for Shop {
    fn render<'a>(&self, call: &'a ThemeCall, context: &mut Context<'a, '_>) -> Result<()> {
        let subject = match &call.subject {
            Some(subject) => context.evaluate(subject)?,
            None => Value::Nil,
        };
        context.write(match call.tag {
            ThemeTag::Section => "<section>",
            ThemeTag::Form => "<form>",
            ThemeTag::Paginate => "<pages>",
            ThemeTag::Style => "<style>",
            ThemeTag::Sections | ThemeTag::Layout | ThemeTag::ContentFor => "<other>",
        });
        context.print(subject)?;
        for (name, value) in &call.attributes {
            context.write(&format!(" {name}="));
            let value = context.evaluate(value)?;
            context.print(value)?;
        }
        match call.body {
            Some(body) => context.body(body),
            None => Ok(()),
        }
    }
}

#[test]
fn themes_answer_the_tags_of_an_online_store() {
    let engine = Engine::new().theme(Shop);
    for (source, page) in [
        ("{% section 'header', id: 1 %}", "<section>header id=1"),
        ("{% sections 'group' %}", "<other>group"),
        ("{% layout none %}", "<other>"),
        (
            "{% content_for 'block', type: 'text', id: '1' %}",
            "<other>block type=text id=1",
        ),
        (
            "{% form 'product', n, class: 'c' %}x{{ n }}{% endform %}",
            "<form>product class=cx7",
        ),
        (
            "{% paginate list by 2, window_size: 3 %}{% endpaginate %}",
            "<pages>12 window_size=3",
        ),
        ("{% style %}a { }{% endstyle %}", "<style>a { }"),
        ("a{% schema %}{\"name\": \"{{ x }}\"}{% endschema %}b", "ab"),
    ] {
        let template = engine.parse(source).unwrap();
        let data = data(r#"{"n": 7, "list": [1, 2]}"#);
        let rendered = Render::new(&template)
            .data(&data)
            .raising()
            .to_string()
            .unwrap();
        assert_eq!(rendered, page, "{source}");
    }
    let template = engine.parse("{% schema %}{}{% endschema %}{% javascript %}a{% endjavascript %}{% stylesheet %}b{% endstylesheet %}").unwrap();
    assert_eq!(template.assets().schema.as_deref(), Some("{}"));
    assert_eq!(template.assets().scripts, ["a"]);
    assert_eq!(template.assets().stylesheets, ["b"]);
}

#[test]
fn partials_see_global_variables_but_not_the_data() {
    let engine = Engine::new();
    let mut partials = Partials::new();
    partials.add(&engine, "card", "{{ shop }}/{{ product }}/{{ title }}");
    let template = engine
        .parse("{% render 'card', title: product %} {% include 'card' %}")
        .unwrap();
    let (globals, data) = (data(r#"{"shop": "S"}"#), data(r#"{"product": "P"}"#));
    let render = Render::new(&template)
        .globals(&globals)
        .data(&data)
        .partials(&partials);
    assert_eq!(render.to_string().unwrap(), "S//P S/P/");
}

#[test]
fn mistakes_are_told_with_their_place() {
    let engine = Engine::new();
    let mut partials = Partials::new();
    partials.add(&engine, "card", "\n{{ 1 | divided_by: 0 }}");
    partials.add(&engine, "broken", "\n{% if %}");
    let template = engine
        .parse("a\n{% render 'card' %}\n{% render 'broken' %}\n{% render 'lost' %}")
        .unwrap();
    let mut errors = Vec::new();
    let page = Render::new(&template)
        .partials(&partials)
        .errors(&mut errors)
        .to_string()
        .unwrap();
    assert_eq!(
        page,
        "a\n\nLiquid error (card line 2): divided by 0\n\
         Liquid syntax error (broken line 2): [:end_of_string] is not a valid expression in \"\"\n\
         Liquid error (line 4): Could not find asset lost"
    );
    assert_eq!(errors.len(), 3);
    let error = Render::new(&template)
        .partials(&partials)
        .raising()
        .to_string()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "Liquid error (card line 2): divided by 0"
    );
    assert_eq!((error.line(), error.template()), (Some(2), Some("card")));
}

#[test]
fn strict_variables_and_filters_are_told_apart_from_the_page() {
    let template = Engine::new().parse("a{{ lost }}b{{ 1 | lost }}c").unwrap();
    let mut errors = Vec::new();
    let render = Render::new(&template)
        .strict_variables()
        .strict_filters()
        .errors(&mut errors);
    assert_eq!(render.to_string().unwrap(), "abc");
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        errors,
        [
            "Liquid error (line 1): undefined variable lost",
            "Liquid error (line 1): undefined filter lost",
        ]
    );
}

#[test]
fn output_goes_into_writers_piece_by_piece() {
    let template = Engine::new()
        .parse("{% for i in (1..9000) %}{{ i }},{% endfor %}")
        .unwrap();
    let whole = Render::new(&template).to_string().unwrap();
    let mut bytes = b"> ".to_vec();
    Render::new(&template).append_to(&mut bytes).unwrap();
    assert_eq!(bytes, format!("> {whole}").into_bytes());
    let mut text = String::new();
    Render::new(&template).write_to(&mut text).unwrap();
    assert_eq!(text, whole);
}

#[test]
fn templates_are_shared_between_threads() {
    let template = Engine::new()
        .parse("{% for i in list %}{{ i.n }}{% endfor %}")
        .unwrap();
    let data = data(r#"{"list": [{"n": 1}, {"m": 0, "n": 2}, {"n": 3}]}"#);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..100 {
                    assert_eq!(template.render(&data).unwrap(), "123");
                }
            });
        }
    });
}
