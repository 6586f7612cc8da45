//! Functions of at most 70 lines, files of at most 600 without their tests.

use super::Finding;
use super::source::{Source, closing};

const FUNCTION_LINES_MAX: usize = 70;
const FILE_LINES_MAX: usize = 600;

pub(super) fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let lines = lines_outside_tests(source);
    if lines > FILE_LINES_MAX {
        findings.push(Finding::new(
            &source.name,
            1,
            format!("{lines} lines without tests, more than {FILE_LINES_MAX}: it is two things"),
        ));
    }
    for (line, name, lines) in functions(source) {
        if lines > FUNCTION_LINES_MAX {
            let message = format!("`{name}` has {lines} lines, more than {FUNCTION_LINES_MAX}");
            findings.push(Finding::new(&source.name, line, message));
        }
    }
    findings
}

fn lines_outside_tests(source: &Source) -> usize {
    let all = source.code.lines().count();
    let tests: usize = source
        .test_parts
        .iter()
        .map(|part| source.code[part.clone()].lines().count())
        .sum();
    all.saturating_sub(tests)
}

/// Each function's first line, name and number of lines.
fn functions(source: &Source) -> Vec<(usize, String, usize)> {
    let code = &source.code;
    source
        .find("fn")
        .into_iter()
        .filter_map(|at| {
            let name: String = code[at + 2..]
                .trim_start()
                .chars()
                .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
                .collect();
            // Without a name it is the type of a pointer to a function.
            if name.is_empty() {
                return None;
            }
            let open = body(code, at)?;
            let line = source.line(at);
            let last = source.line(closing(code, open) - 1);
            Some((line, name, last - line + 1))
        })
        .collect()
}

/// Where a function's body opens: the first brace outside its parameters'
/// brackets, unless the declaration ends before one.
fn body(code: &str, start: usize) -> Option<usize> {
    let bytes = code.as_bytes();
    let mut at = start;
    while at < bytes.len() {
        match bytes[at] {
            b'(' | b'[' => at = closing(code, at),
            b';' => return None,
            b'{' => return Some(at),
            _ => at += 1,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(text: &str) -> Vec<(usize, String, usize)> {
        functions(&Source::parse("a.rs", text))
    }

    #[test]
    fn a_function_is_measured_from_its_name_to_its_brace() {
        let text = "\nfn a(\n    b: [u8; 3],\n) -> u8 {\n    b[0]\n}\nfn c() {}\n";
        assert_eq!(
            lengths(text),
            [(2, "a".to_owned(), 5), (7, "c".to_owned(), 1)]
        );
    }

    #[test]
    fn declarations_and_pointers_have_no_body() {
        assert_eq!(
            lengths("trait A { fn b(&self); }\nstruct C { d: fn(u8) -> u8 }\n"),
            []
        );
    }

    #[test]
    fn a_long_function_and_a_long_file_are_found() {
        let body = "    x();\n".repeat(70);
        let source = Source::parse("a.rs", &format!("fn a() {{\n{body}}}\n"));
        assert_eq!(check(&source).len(), 1);
        let source = Source::parse("a.rs", &"x!();\n".repeat(601));
        assert_eq!(check(&source).len(), 1);
    }

    #[test]
    fn tests_do_not_make_a_file_long() {
        let tests = "    // x\n".repeat(700);
        let source = Source::parse(
            "a.rs",
            &format!("x!();\n#[cfg(test)]\nmod tests {{\n{tests}}}\n"),
        );
        assert_eq!(check(&source), []);
    }
}
