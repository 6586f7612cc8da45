//! Filters for addresses and Base64.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::Call;
use crate::error::{Error, Result};
use crate::out::Out;

/// Reads texts for addresses with or without the signs that fill them up.
const URL_SAFE_READER: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(super) fn url_encode(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in call.text()?.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'-' | b'~' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            _ => {
                out.push('%');
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
    Ok(())
}

pub(super) fn url_decode(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    let bytes = call.text()?.as_bytes();
    let mut read = Vec::with_capacity(bytes.len());
    let mut at = 0;
    let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
    while let Some(byte) = bytes.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                read.push((high * 16 + low) as u8);
                at += 2;
            }
            (b'+', ..) => read.push(b' '),
            _ => read.push(*byte),
        }
        at += 1;
    }
    match std::str::from_utf8(&read) {
        Ok(text) => {
            out.push_str(text);
            Ok(())
        }
        Err(_) => Err(Error::argument("invalid byte sequence in UTF-8")),
    }
}

pub(super) fn base64_encode(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    out.push_str(&STANDARD.encode(call.text()?));
    Ok(())
}

pub(super) fn base64_url_safe_encode(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    out.push_str(&URL_SAFE.encode(call.text()?));
    Ok(())
}

pub(super) fn base64_decode(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    decode(&STANDARD, "base64_decode", call, out)
}

pub(super) fn base64_url_safe_decode(call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    decode(&URL_SAFE_READER, "base64_url_safe_decode", call, out)
}

fn decode(reader: &GeneralPurpose, name: &str, call: &Call<'_, '_>, out: &mut Out) -> Result<()> {
    let bytes = reader
        .decode(call.text()?)
        .map_err(|_| Error::argument(format!("invalid base64 provided to {name}")))?;
    out.push_str(&String::from_utf8_lossy(&bytes));
    Ok(())
}
