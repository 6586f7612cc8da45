//! Templates by a grammar, right and wrong: none may panic, overflow the stack
//! or run past its fuel.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use stockroom_liquid::{Clock, Engine, ErrorKind, Limits, Map, Mode, Partials, Render, Template};

/// Each run is bounded and the same as the last one.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 4_000,
        rng_seed: RngSeed::Fixed(0x5107),
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..ProptestConfig::default()
    }
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("a"),
        Just("b"),
        Just("list"),
        Just("map"),
        Just("text"),
        Just("number"),
        Just("forloop"),
        Just("self"),
        Just("nil"),
        Just("blank"),
        Just("empty"),
        Just("true"),
        Just("size"),
        Just("first"),
        Just("last"),
        Just("title"),
        Just("index"),
        Just("ü"),
    ]
    .prop_map(str::to_owned)
}

fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        4 => word(),
        2 => any::<i16>().prop_map(|number| number.to_string()),
        1 => any::<f32>().prop_map(|number| format!("{number:.3}")),
        2 => "[a-zü %{}|\\\\<>&\"]{0,6}".prop_map(|text| format!("'{text}'")),
        1 => proptest::sample::select(vec![
            "99999999999999999999", "-9223372036854775808", "9223372036854775807", "0.000000000000000000001",
            "99999999999999999999.5", "'9e999'", "'-0x7f_ff'", "'１２'",
        ]).prop_map(str::to_owned),
        1 => proptest::sample::select(vec![
            "'\u{202e}a\u{0}'", "'\\0\\1\\`'", "'𝒳'", "'e\u{301}'", "'<script><!-- '", "'%FF%'", "'===='",
        ]).prop_map(str::to_owned),
        1 => Just("'%Y-%m-%d %^B %10N %e'".to_owned()),
        1 => Just("".to_owned()),
    ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), word()).prop_map(|(value, name)| format!("{value}.{name}")),
            (inner.clone(), inner.clone()).prop_map(|(value, index)| format!("{value}[{index}]")),
            (inner.clone(), inner).prop_map(|(first, last)| format!("({first}..{last})")),
        ]
    })
}

fn output() -> impl Strategy<Value = String> {
    let filters: Vec<&'static str> = stockroom_liquid::standard_filters()
        .map(|(name, _)| name)
        .collect();
    let filter = (
        proptest::sample::select(filters),
        proptest::collection::vec(expression(), 0..3),
    )
        .prop_map(|(name, arguments)| match arguments.is_empty() {
            true => format!(" | {name}"),
            false => format!(" | {name}: {}", arguments.join(", ")),
        });
    (expression(), proptest::collection::vec(filter, 0..4))
        .prop_map(|(value, filters)| format!("{value}{}", filters.concat()))
}

fn condition() -> impl Strategy<Value = String> {
    let operator = prop_oneof![
        Just("=="),
        Just("!="),
        Just("<"),
        Just(">="),
        Just("contains"),
        Just("and"),
        Just("or"),
        Just("="),
    ];
    proptest::collection::vec((expression(), operator), 1..4).prop_map(|terms| {
        let terms: Vec<String> = terms
            .iter()
            .map(|(value, operator)| format!("{value} {operator} "))
            .collect();
        terms.concat() + "a"
    })
}

fn template() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        3 => "[a-z \n<&{}%-]{0,8}",
        4 => output().prop_map(|output| format!("{{{{- {output} }}}}")),
        2 => (word(), output()).prop_map(|(name, output)| format!("{{% assign {name} = {output} %}}")),
        1 => word().prop_map(|name| format!("{{%- increment {name} -%}}")),
        1 => (expression(), expression()).prop_map(|(a, b)| format!("{{% cycle {a}: {b}, {a} %}}")),
        1 => expression().prop_map(|value| format!("{{% render 'part', a: {value} %}}")),
        1 => (expression(), word()).prop_map(|(value, name)| format!("{{% render 'part' for {value} as {name} %}}")),
        1 => expression().prop_map(|value| format!("{{% include 'part' with {value} as b %}}")),
        1 => proptest::sample::select(vec![
            "{% break %}", "{% continue %}", "{% else %}", "{% endfor %}", "{% raw %}", "{%", "{{", "{% # x %}",
            "{% liquid\n assign a = 1\n echo a\n%}", "{% comment %}{% endcomment %}", "{% elsif a %}", "{% when 1 %}",
        ]).prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let body = proptest::collection::vec(inner, 0..4).prop_map(|parts| parts.concat());
        prop_oneof![
            (condition(), body.clone(), body.clone()).prop_map(
                |(condition, then, otherwise)| format!(
                    "{{% if {condition} %}}{then}{{% else %}}{otherwise}{{% endif %}}"
                )
            ),
            (word(), expression(), expression(), body.clone()).prop_map(
                |(name, list, limit, body)| format!(
                    "{{% for {name} in {list} limit: {limit} reversed %}}{body}{{% endfor %}}"
                )
            ),
            (expression(), expression(), body.clone()).prop_map(|(list, cols, body)| format!(
                "{{% tablerow a in {list} cols: {cols} %}}{body}{{% endtablerow %}}"
            )),
            (expression(), expression(), body.clone()).prop_map(|(value, when, body)| format!(
                "{{% case {value} %}}{{% when {when}, 1 %}}{body}{{% endcase %}}"
            )),
            (word(), body.clone())
                .prop_map(|(name, body)| format!("{{% capture {name} %}}{body}{{% endcapture %}}")),
            body,
        ]
    })
}

fn data() -> Map {
    serde_json::from_str(
        r#"{"list": [3, "x", null, {"title": "T", "a": [1, [2, [3]]]}, 1.5, true],
            "map": {"title": "ü", "first": 1, "size": {}}, "text": "Ein Text <b>&amp;</b> ü\n 2020-01-05", "number": -7.25}"#,
    )
    .expect("the data is well formed")
}

/// What the templates of this test may use up.
const OUTPUT_BYTES: usize = 1 << 20;

fn limits(fuel: u64) -> Limits {
    Limits {
        fuel,
        output_bytes: OUTPUT_BYTES,
        memory_bytes: 1 << 22,
        loop_length: 1_000,
        ..Limits::default()
    }
}

/// Renders within limits; only a limit ends a render that does not raise.
fn rendered(template: &Template, partials: &Partials, data: &Map, fuel: u64) -> Option<String> {
    let clock = Clock::new(1_704_067_318, "Europe/Berlin").expect("the zone is known");
    let render = Render::new(template)
        .data(data)
        .partials(partials)
        .clock(&clock);
    match render.limits(limits(fuel)).to_string() {
        Ok(text) => {
            assert!(text.len() <= OUTPUT_BYTES);
            Some(text)
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
            None
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_template_does_harm(source in template()) {
        let data = data();
        for mode in [Mode::Lax, Mode::Warn, Mode::Strict, Mode::Strict2] {
            let engine = Engine::new().mode(mode);
            let mut partials = Partials::new();
            partials.add(&engine, "part", "{{ a | append: b }}{% assign list = a %}{% include 'part' %}{% render 'part', a: b %}");
            if let Ok(template) = engine.parse(&source) {
                // With less fuel the same comes out, or nothing.
                let whole = rendered(&template, &partials, &data, 20_000);
                if let Some(part) = rendered(&template, &partials, &data, 40) {
                    assert_eq!(Some(part), whole);
                }
            }
        }
    }

    #[test]
    fn no_text_does_harm(source in "(\\{\\{|\\{%|%\\}|\\}\\}|-|if|for|end|[a-z]|[ \n\"'|:,.()\\[\\]]|\\PC){0,40}") {
        for mode in [Mode::Lax, Mode::Strict2] {
            if let Ok(template) = Engine::new().mode(mode).parse(&source) {
                let _ = template.render(&data());
            }
        }
    }
}
