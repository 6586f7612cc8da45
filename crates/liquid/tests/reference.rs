//! The table of tags and filters in the documentation is made from the code.

use std::fmt::Write as _;

fn table() -> String {
    let mut text = String::new();
    for (title, rows) in [
        (
            "Tags",
            stockroom_liquid::standard_tags().collect::<Vec<_>>(),
        ),
        ("Filters", stockroom_liquid::standard_filters().collect()),
    ] {
        let _ = write!(text, "| {title} | |\n|---|---|\n");
        for (name, about) in rows {
            let _ = writeln!(text, "| `{name}` | {about} |");
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len() + 1);
    text
}

#[test]
fn the_table_in_the_documentation_is_the_codes() {
    assert!(
        include_str!("../REFERENCE.md") == table(),
        "REFERENCE.md should be:\n{}",
        table()
    );
}
