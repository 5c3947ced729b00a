//! Bytes to text: the encoding is taken from a byte order mark or found out from the bytes.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// The text without its byte order mark, the name of the encoding, and whether bytes were lost.
pub fn decode(bytes: Vec<u8>) -> (String, &'static str, bool) {
    let encoding = match Encoding::for_bom(&bytes) {
        Some((encoding, _)) => encoding,
        None => match utf16_without_mark(&bytes) {
            Some(encoding) => encoding,
            None => match String::from_utf8(bytes) {
                Ok(text) => return (text, UTF_8.name(), false),
                Err(not_utf8) => return decode_guessed(&not_utf8.into_bytes()),
            },
        },
    };
    let (text, replaced) = encoding.decode_with_bom_removal(&bytes);
    (text.into_owned(), encoding.name(), replaced)
}

fn decode_guessed(bytes: &[u8]) -> (String, &'static str, bool) {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    let (text, replaced) = encoding.decode_without_bom_handling(bytes);
    (text.into_owned(), encoding.name(), replaced)
}

/// UTF-16 of mostly Latin text has a zero in every second byte.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(1024)];
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|&&b| b == 0).count();
    let (half, most) = (sample.len() / 2, sample.len() * 2 / 5);
    match (zeros(0), zeros(1)) {
        (even, odd) if half >= 4 && odd >= most && even == 0 => Some(UTF_16LE),
        (even, odd) if half >= 4 && even >= most && odd == 0 => Some(UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_found_out() {
        let text = "Name;Ort\nJosé;Köln\n";
        let marked = format!("\u{feff}{text}");
        let little: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let latin = b"Name;Ort\nJos\xe9;K\xf6ln\n".to_vec();
        for (bytes, name) in [
            (text.as_bytes().to_vec(), "UTF-8"),
            (marked.into_bytes(), "UTF-8"),
            (little, "UTF-16LE"),
            (big, "UTF-16BE"),
            (latin, "windows-1252"),
        ] {
            assert_eq!(decode(bytes), (text.to_owned(), name, false));
        }
    }

    #[test]
    fn lost_characters_are_told() {
        let (text, _, lost) = decode(b"\xef\xbb\xbfa\xffb".to_vec());
        assert_eq!((text.as_str(), lost), ("a\u{fffd}b", true));
    }
}
