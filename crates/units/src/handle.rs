//! Handles: the part of an address that names a product or collection.

/// Longer handles are cut here.
pub const HANDLE_CHARS_MAX: usize = 255;

/// Makes a handle of a title: lower case, letters and digits of any script kept,
/// everything else one hyphen. Common Latin letters lose their accents.
/// Empty when the title has no letter or digit.
#[must_use]
pub fn handleize(title: &str) -> String {
    let mut handle = String::with_capacity(title.len());
    let mut gap = false;
    for c in title.chars().flat_map(char::to_lowercase) {
        if matches!(c, '\'' | '’' | '"') {
            continue;
        }
        if !c.is_alphanumeric() {
            gap = true;
            continue;
        }
        if gap && !handle.is_empty() {
            handle.push('-');
        }
        gap = false;
        match plain(c) {
            Some(letters) => handle.push_str(letters),
            None => handle.push(c),
        }
        if handle.len() >= HANDLE_CHARS_MAX {
            break;
        }
    }
    handle
}

pub(crate) fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => "o",
        'ř' => "r",
        'ś' | 'ş' | 'š' | 'ș' => "s",
        'ť' | 'ț' => "t",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_handle() {
        assert_eq!(
            handleize("Men's T-Shirt — Größe L"),
            "mens-t-shirt-grosse-l"
        );
        assert_eq!(handleize("  Café & Crème  "), "cafe-creme");
        assert_eq!(handleize("東京 100%"), "東京-100");
        assert_eq!(handleize("!!!"), "");
    }
}
