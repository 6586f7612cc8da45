//! Corners of the language that the public suites do not reach.

use stockroom_liquid::{Engine, Map, Mode, Partials, Render};

fn printed(source: &str) -> String {
    let engine = Engine::new().mode(Mode::Lax);
    let mut partials = Partials::new();
    partials.add(&engine, "part", "[{{ part }}]");
    let data: Map = [("part", "outer"), ("no", "n")].into_iter().collect();
    let template = engine.parse(source).unwrap();
    let render = Render::new(&template).data(&data).partials(&partials);
    render.to_string().unwrap()
}

#[test]
fn a_partial_with_the_word_false_or_nil_is_a_partial_with_nothing() {
    assert_eq!(printed("{% render 'part' with false %}"), "[]");
    assert_eq!(printed("{% render 'part' with nil %}"), "[]");
    assert_eq!(printed("{% include 'part' with nil %}"), "[outer]");
    assert_eq!(printed("{% include 'part' with no %}"), "[n]");
}

#[test]
fn lines_are_counted_in_liquid_tags_as_the_reference_counts_them() {
    let lines = |source: &str| -> Vec<u32> {
        let template = Engine::new().mode(Mode::Lax).parse(source).unwrap();
        let mut errors = Vec::new();
        Render::new(&template)
            .errors(&mut errors)
            .to_string()
            .unwrap();
        errors
            .iter()
            .filter_map(stockroom_liquid::Error::line)
            .collect()
    };
    let tag = "{% liquid\n echo 1 | divided_by: 0\n echo 1 | divided_by: 0\n\n%}";
    assert_eq!(lines(tag), [2, 3]);
    assert_eq!(
        lines(&format!("{tag}{{{{ 1 | divided_by: 0 }}}}")),
        [2, 3, 4]
    );
    assert_eq!(
        lines(&format!("{tag} {{{{ 1 | divided_by: 0 }}}}")),
        [2, 3, 5]
    );
}

#[test]
fn places_to_round_to_have_a_limit() {
    assert_eq!(printed("{{ 2.345 | round: 2 }}"), "2.35");
    assert_eq!(
        printed("{{ 2.345 | round: 12345678901234567890 }}"),
        "Liquid error (line 1): internal"
    );
}

#[test]
fn zero_keeps_the_sign_of_a_division() {
    assert_eq!(printed("{{ 0 | divided_by: -0.5 }}"), "-0.0");
    assert_eq!(printed("{{ 0 | divided_by: 0.5 }}"), "0.0");
}

#[test]
fn what_stands_in_loops_is_put_back_behind_them() {
    assert_eq!(
        printed(
            "{% assign i = 1 %}{% for i in (2..3) %}{% assign i = 9 %}{{ i }}{% endfor %}{{ i }}"
        ),
        "239"
    );
    assert_eq!(
        printed(
            "{% for part in (1..2) %}{% for part in (3..4) %}{{ part }}{% endfor %}{{ part }}{% endfor %}{{ part }}"
        ),
        "341342outer"
    );
    assert_eq!(
        printed("{% for c in (1..2) %}{% increment c %}{% endfor %}{{ c }}"),
        "012"
    );
}

#[test]
fn escape_finds_every_letter_wherever_it_stands() {
    for length in 0..40 {
        for at in 0..length {
            for (letter, entity) in [
                ("&", "&amp;"),
                ("<", "&lt;"),
                (">", "&gt;"),
                ("\"", "&quot;"),
            ] {
                let (before, behind) = ("x".repeat(at), "ü%;=".repeat(length - at));
                assert_eq!(
                    printed(&format!(
                        "{{{{ '{before}{letter}{behind}{letter}' | escape }}}}"
                    )),
                    format!("{before}{entity}{behind}{entity}")
                );
            }
        }
    }
}

#[test]
fn whole_numbers_print_all_their_digits() {
    for number in [
        "0",
        "7",
        "10",
        "99",
        "100",
        "305",
        "1000",
        "1007",
        "12034",
        "-1000000",
        "9223372036854775807",
    ] {
        assert_eq!(printed(&format!("{{{{ {number} }}}}")), number);
    }
}
