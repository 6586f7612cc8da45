//! Secrets that are random: kept as hashes, compared as hashes.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// The hash that a random secret is found by: SHA-256, hexadecimal. What cannot be guessed
/// needs no slow hash; passwords do, and have their own.
#[must_use]
pub fn hash(secret: &str) -> String {
    hash_bytes(secret.as_bytes())
}

/// SHA-256 of bytes, hexadecimal.
#[must_use]
pub fn hash_bytes(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Bytes as lower-case hexadecimal digits.
#[must_use]
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// A stable name in the shape of a UUID (version 8) for a row, so that receivers who expect one
/// can keep it: the same for the same parts, for ever.
#[must_use]
pub fn uuid_of(kind: &str, numbers: [i64; 2]) -> String {
    let mut hash = Sha256::new();
    hash.update(kind.as_bytes());
    for number in numbers {
        hash.update(number.to_be_bytes());
    }
    let mut bytes: [u8; 16] = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let text = hexadecimal(&bytes);
    format!(
        "{}-{}-{}-{}-{}",
        &text[..8],
        &text[8..12],
        &text[12..16],
        &text[16..20],
        &text[20..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_kept_as_its_hash() {
        assert_eq!(
            hash("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn a_row_keeps_its_name() {
        let name = uuid_of("webhook", [1, 2]);
        assert_eq!(name, uuid_of("webhook", [1, 2]));
        assert_ne!(name, uuid_of("webhook", [2, 1]));
        assert_eq!(name.len(), 36);
        assert_eq!(&name[14..15], "8");
    }
}
