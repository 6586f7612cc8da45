//! How people are reached: addresses of mailboxes and telephones, in the form they are kept.

/// The longest address of a mailbox.
const EMAIL_BYTES_MAX: usize = 254;

/// The address of a mailbox as it was meant: blanks around it dropped.
/// `None` when it cannot be one.
#[must_use]
pub fn email(text: &str) -> Option<String> {
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@')?;
    let dots = |part: &str| part.starts_with('.') || part.ends_with('.') || part.contains("..");
    let odd = |c: char| c.is_whitespace() || c.is_control() || "@,;:<>()[]\"\\".contains(c);
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let fits = text.len() <= EMAIL_BYTES_MAX
        && !local.is_empty()
        && local.len() <= 64
        && !dots(local)
        && !local.contains(odd)
        && domain.contains('.')
        && domain.split('.').all(label);
    fits.then(|| text.to_owned())
}

/// The form that an address is found by: lower case.
#[must_use]
pub fn email_key(text: &str) -> Option<String> {
    email(text).map(|email| email.to_lowercase())
}

/// A telephone number in the international form `+4930123456`.
///
/// Blanks, hyphens, dots, slashes and brackets are dropped and `00` becomes `+`. A number
/// without a country's prefix is read as one of the country with the given code, where its
/// prefix is known. `None` when it cannot be a number.
#[must_use]
pub fn phone(text: &str, country_code: &str) -> Option<String> {
    let kept: String = text
        .trim()
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '.' | '/' | '(' | ')' | '\u{a0}'))
        .collect();
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let international = if let Some(rest) = kept.strip_prefix('+') {
        rest.to_owned()
    } else if let Some(rest) = kept.strip_prefix("00") {
        rest.to_owned()
    } else {
        let (prefix, trunk) = dialling(country_code)?;
        if !digits(&kept) {
            return None;
        }
        // North American numbers are sometimes written with their prefix and no plus sign.
        if prefix == "1" && kept.len() == 11 && kept.starts_with('1') {
            kept
        } else {
            format!("{prefix}{}", kept.strip_prefix(trunk).unwrap_or(&kept))
        }
    };
    let fits = digits(&international)
        && (8..=15).contains(&international.len())
        && !international.starts_with('0')
        && (!international.starts_with('1') || is_north_american(&international[1..]));
    fits.then(|| format!("+{international}"))
}

/// A stored number as people read it: `+1 415-555-1001`; others as they are stored.
#[must_use]
pub fn phone_for_people(stored: &str) -> String {
    match stored.strip_prefix("+1") {
        Some(rest) if rest.len() == 10 && rest.is_ascii() => {
            format!("+1 {}-{}-{}", &rest[..3], &rest[3..6], &rest[6..])
        }
        _ => stored.to_owned(),
    }
}

fn is_north_american(national: &str) -> bool {
    let starts = |place: usize| national.as_bytes().get(place).is_some_and(|d| *d >= b'2');
    national.len() == 10 && starts(0) && starts(3)
}

/// The country's dialling prefix, and what its national numbers begin with besides.
fn dialling(country_code: &str) -> Option<(&'static str, &'static str)> {
    Some(match country_code {
        "US" | "CA" => ("1", "1"),
        "GB" => ("44", "0"),
        "DE" => ("49", "0"),
        "FR" => ("33", "0"),
        "AT" => ("43", "0"),
        "CH" => ("41", "0"),
        "NL" => ("31", "0"),
        "BE" => ("32", "0"),
        "IE" => ("353", "0"),
        "AU" => ("61", "0"),
        "NZ" => ("64", "0"),
        "JP" => ("81", "0"),
        "SE" => ("46", "0"),
        "IN" => ("91", "0"),
        "ZA" => ("27", "0"),
        "BR" => ("55", "0"),
        "IT" => ("39", ""),
        "ES" => ("34", ""),
        "PT" => ("351", ""),
        "DK" => ("45", ""),
        "NO" => ("47", ""),
        "PL" => ("48", ""),
        "MX" => ("52", ""),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_mailboxes_are_told_from_other_texts() {
        for good in [
            "a@b.co",
            " Ada.Lovelace+shop@mail.example.com ",
            "ü@bücher.example",
        ] {
            assert!(email(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "ada",
            "@b.co",
            "a@b",
            "a@.co",
            "a@b..co",
            "a b@c.de",
            "a@b@c.de",
            ".a@b.co",
            "a@-b.co",
            "a@b.co,c@d.ef",
        ] {
            assert_eq!(email(bad), None, "{bad}");
        }
        assert_eq!(email_key(" Ada@Example.COM ").unwrap(), "ada@example.com");
    }

    #[test]
    fn telephone_numbers_are_kept_in_the_international_form() {
        assert_eq!(phone("+1 (415) 555-1001", "DE").unwrap(), "+14155551001");
        assert_eq!(phone("(415) 555-1001", "US").unwrap(), "+14155551001");
        assert_eq!(phone("1 415 555 1001", "US").unwrap(), "+14155551001");
        assert_eq!(phone("030 123456", "DE").unwrap(), "+4930123456");
        assert_eq!(phone("0049 30 123456", "US").unwrap(), "+4930123456");
        for bad in [
            "",
            "abc",
            "+12",
            "+1234567890123456",
            "+0123456789",
            "+1 111 555 1001",
        ] {
            assert_eq!(phone(bad, "US"), None, "{bad}");
        }
        assert_eq!(phone("030 123456", "XX"), None);
    }

    #[test]
    fn people_read_american_numbers_in_groups() {
        assert_eq!(phone_for_people("+14155551001"), "+1 415-555-1001");
        assert_eq!(phone_for_people("+4930123456"), "+4930123456");
    }
}
