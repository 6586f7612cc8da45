//! What strangers may try: templates that are too deep, too long, too large, or
//! never end.

use stockroom_liquid::{Data, Engine, Error, ErrorKind, Limits, Map, Mode, Partials, Render};

fn rendered(source: &str, limits: Limits) -> Result<String, Error> {
    let template = Engine::new().mode(Mode::Lax).parse(source)?;
    Render::new(&template).limits(limits).to_string()
}

fn refused(source: &str, limits: Limits, message: &str) {
    let error = rendered(source, limits).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
    assert!(error.to_string().contains(message), "{error}");
}

#[test]
fn blocks_ten_thousand_deep_are_refused() {
    for (open, close) in [
        ("{% if true %}", "{% endif %}"),
        ("{% for i in (1..1) %}", "{% endfor %}"),
        ("{% capture a %}", "{% endcapture %}"),
        ("{% case 1 %}{% when 1 %}", "{% endcase %}"),
        ("{% tablerow i in (1..1) %}", "{% endtablerow %}"),
    ] {
        for mode in [Mode::Lax, Mode::Strict, Mode::Strict2] {
            let source = open.repeat(10_000) + &close.repeat(10_000);
            let error = Engine::new().mode(mode).parse(&source).unwrap_err();
            assert!(error.to_string().contains("Nesting too deep"), "{error}");
        }
    }
}

#[test]
fn what_only_looks_deep_is_harmless() {
    let deep = |open: &str, close: &str| open.repeat(10_000) + "x" + &close.repeat(10_000);
    for source in [
        format!("{{{{ a{} }}}}", deep("[", "]")),
        format!("{{{{ {} }}}}", deep("(", "..2)")),
        format!("{{{{ {} }}}}", deep("[", "]")),
        format!("{{{{ a{} }}}}", ".b".repeat(10_000)),
        format!("{{{{ a{} }}}}", " | upcase".repeat(10_000)),
        format!("{{% if a{} %}}{{% endif %}}", " and a".repeat(10_000)),
        format!("{{% liquid {} echo 1 %}}", "liquid ".repeat(10_000)),
        "{% comment %}".repeat(10_000),
        "{% raw %}".repeat(10_000),
        "{% doc %}".repeat(10_000),
        "{{".repeat(10_000),
        "{%".repeat(10_000),
        "{{ '".repeat(10_000),
        "{% assign a = [[[[".repeat(10_000),
    ] {
        for mode in [Mode::Lax, Mode::Strict, Mode::Strict2] {
            if let Ok(template) = Engine::new().mode(mode).parse(&source) {
                let _ = template.render(&Map::new());
            }
        }
    }
}

#[test]
fn partials_that_render_themselves_end() {
    for tag in ["render", "include"] {
        for wrapped in [
            format!("{{% {tag} 'self' %}}"),
            format!(
                "{{% if true %}}{{% if true %}}{{% if true %}}{{% {tag} 'self' %}}{{% endif %}}{{% endif %}}{{% endif %}}"
            ),
            format!("{{% for i in (1..2) %}}{{% {tag} 'self' %}}{{% endfor %}}"),
            format!("{{% capture a %}}{{% {tag} 'self' %}}{{% endcapture %}}{{{{ a }}}}"),
        ] {
            let engine = Engine::new();
            let mut partials = Partials::new();
            partials.add(&engine, "self", &wrapped);
            let template = engine.parse(&format!("a{{% {tag} 'self' %}}")).unwrap();
            let limits = Limits {
                fuel: 200_000,
                ..Limits::default()
            };
            match Render::new(&template)
                .partials(&partials)
                .limits(limits)
                .to_string()
            {
                Ok(text) => assert!(text.contains("Nesting too deep"), "{text}"),
                Err(error) => assert_eq!(error.kind(), ErrorKind::Limit, "{error}"),
            }
        }
    }
}

#[test]
fn a_gigabyte_of_append_is_refused_at_once() {
    let doubling = "{% assign s = 'abcdefgh' %}{% for i in (1..30) %}{% assign s = s | append: s %}{% endfor %}";
    refused(doubling, Limits::default(), "Memory limits exceeded");
    let growing = "{% assign s = 'x' %}{% for i in (1..100000) %}{% assign s = s | append: 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy' %}{% endfor %}";
    refused(growing, Limits::default(), "Memory limits exceeded");
    let replaced = "{% assign s = 'aaaaaaaa' %}{% for i in (1..20) %}{% assign s = s | replace: 'a', s %}{% endfor %}";
    refused(replaced, Limits::default(), "Memory limits exceeded");
    let captured = "{% capture s %}{% for i in (1..100000) %}{{ 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' | append: i }}{% endfor %}{% endcapture %}";
    let small = Limits {
        memory_bytes: 1 << 20,
        ..Limits::default()
    };
    refused(captured, small.clone(), "Memory limits exceeded");
    refused(
        "{% assign a = (1..900000) | reverse %}",
        small,
        "Memory limits exceeded",
    );
}

#[test]
fn output_is_limited() {
    let limits = Limits {
        output_bytes: 100,
        ..Limits::default()
    };
    refused(
        "{% for i in (1..100) %}{{ i }},{% endfor %}",
        limits.clone(),
        "may print 100 bytes",
    );
    assert_eq!(
        rendered("{% for i in (1..10) %}{{ i }},{% endfor %}", limits)
            .unwrap()
            .len(),
        21
    );
}

#[test]
fn loops_are_limited() {
    let limits = Limits {
        loop_length: 10,
        ..Limits::default()
    };
    refused(
        "{% for i in (1..11) %}{% endfor %}",
        limits.clone(),
        "a loop may run over 10 elements",
    );
    refused(
        "{% tablerow i in (1..11) %}{% endtablerow %}",
        limits.clone(),
        "a loop may run over 10 elements",
    );
    assert_eq!(
        rendered(
            "{% for i in (1..9223372036854775807) limit: 2 %}{{ i }}{% endfor %}",
            limits
        )
        .unwrap(),
        "12"
    );
}

#[test]
fn fuel_runs_out() {
    let nested = "{% for a in (1..1000) %}{% for b in (1..1000) %}{% for c in (1..1000) %}{% endfor %}{% endfor %}{% endfor %}";
    refused(nested, Limits::default(), "Render limits exceeded");
    let busy =
        "{% assign l = (1..20000) %}{% for a in (1..100000) %}{% assign m = l | sum %}{% endfor %}";
    let limits = Limits {
        memory_bytes: usize::MAX >> 1,
        fuel: 200_000,
        ..Limits::default()
    };
    refused(busy, limits, "Render limits exceeded");
}

#[test]
fn data_that_is_nested_deep_is_printed_and_compared_without_harm() {
    let mut deep = Data::Nil;
    for _ in 0..1_000 {
        deep = vec![deep].into();
    }
    let mut data = Map::new();
    data.insert("deep", deep.clone());
    data.insert("other", deep);
    let source = "{{ deep }}{{ deep | join }}{{ deep | append: '' }}{% if deep == other %}{% endif %}{{ deep | sort | uniq | size }}";
    let template = Engine::new().parse(source).unwrap();
    Render::new(&template).data(&data).to_string().unwrap();
}
