//! What a picture says beside its pixels: the place and the camera (EXIF, XMP), comments, thumbnails, whole second
//! pictures. None of it is kept. Only what changes how the picture looks stays: colours, animation, and which side is up.

use crate::records::files::Picture;
use img_parts::{
    Bytes, ImageEXIF,
    jpeg::{Jpeg, markers},
    png::Png,
    riff::RiffContent,
    webp::{self, WebP},
};

/// A picture without metadata. It can only be made by [`Stripped::of`].
#[derive(Clone, Debug)]
pub struct Stripped {
    pub picture: Picture,
    pub bytes: Bytes,
}

impl Stripped {
    /// `None` when the file is no picture that browsers draw, or is broken.
    pub fn of(bytes: Vec<u8>) -> Option<Self> {
        let picture = Picture::of(&bytes)?;
        let bytes = Bytes::from(bytes);
        let bytes = match picture {
            Picture::Jpeg => jpeg(bytes),
            Picture::Png => png(bytes),
            Picture::WebP => web_p(bytes),
        }?;
        Some(Self { picture, bytes })
    }
}

fn jpeg(bytes: Bytes) -> Option<Bytes> {
    let mut image = Jpeg::from_bytes(bytes).ok()?;
    let side = orientation(&image);
    image.segments_mut().retain(|segment| draws(segment.marker(), segment.contents()));
    image.set_exif(side.map(only));
    let head = 2 + image.segments().iter().map(|segment| segment.len()).sum::<usize>();
    let whole = image.encoder().bytes();
    let mut kept = whole.get(..head)?.to_vec();
    scans(whole.get(head..)?, &mut kept)?;
    Some(kept.into())
}

/// Whether a segment of a JPEG is needed to draw it.
fn draws(marker: u8, contents: &[u8]) -> bool {
    match marker {
        markers::APP0 => contents.starts_with(b"JFIF\0"),
        markers::APP2 => contents.starts_with(b"ICC_PROFILE\0"),
        // Says how the colours are coded.
        markers::APP14 => contents.starts_with(b"Adobe"),
        markers::APP0..=markers::APP15 | markers::COM => false,
        _ => true,
    }
}

/// Copies the image data after the first scan's header, to the end of this image: phones hang further pictures and
/// films behind it, with metadata of their own.
fn scans(tail: &[u8], kept: &mut Vec<u8>) -> Option<()> {
    let mut at = 0;
    while at < tail.len() {
        let marker = match (tail[at], tail.get(at + 1).copied()) {
            (markers::P, Some(next)) if !matches!(next, markers::Z | markers::P | markers::RST0..=markers::RST7) => {
                next
            }
            (byte, _) => {
                kept.push(byte);
                at += 1;
                continue;
            }
        };
        if marker == markers::EOI {
            break;
        }
        // The tables and the header of the next scan.
        let length = usize::from(u16::from_be_bytes(tail.get(at + 2..at + 4)?.try_into().ok()?));
        let segment = tail.get(at..at + 2 + length)?;
        if draws(marker, segment.get(4..)?) {
            kept.extend_from_slice(segment);
        }
        at += segment.len();
    }
    // One that was cut off is drawn as far as it goes.
    kept.extend([markers::P, markers::EOI]);
    Some(())
}

fn png(bytes: Bytes) -> Option<Bytes> {
    /// What is drawn (PNG, third edition, 11.2 and 11.3): pixels, colours, transparency, size, animation.
    const DRAWN: [&[u8; 4]; 17] = [
        b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV",
        b"cLLI", b"pHYs", b"acTL", b"fcTL", b"fdAT",
    ];
    let mut image = Png::from_bytes(bytes).ok()?;
    let side = orientation(&image);
    image.chunks_mut().retain(|chunk| DRAWN.contains(&&chunk.kind()));
    image.dimensions()?;
    image.set_exif(side.map(only));
    Some(image.encoder().bytes())
}

fn web_p(bytes: Bytes) -> Option<Bytes> {
    const DRAWN: [[u8; 4]; 7] = [
        webp::CHUNK_VP8,
        webp::CHUNK_VP8L,
        webp::CHUNK_VP8X,
        webp::CHUNK_ALPH,
        webp::CHUNK_ANIM,
        webp::CHUNK_ANMF,
        webp::CHUNK_ICCP,
    ];
    /// In the first byte of the header: there is XMP.
    const XMP: u8 = 0b0000_0100;
    let mut image = WebP::from_bytes(bytes).ok()?;
    let side = orientation(&image);
    image.chunks_mut().retain(|chunk| DRAWN.contains(&chunk.id()));
    if let Some(header) = image.chunks_mut().iter_mut().find(|chunk| chunk.id() == webp::CHUNK_VP8X)
        && let RiffContent::Data(data) = header.content_mut()
    {
        let mut flags = data.to_vec();
        if let Some(first) = flags.first_mut() {
            *first &= !XMP;
        }
        *data = flags.into();
    }
    image.set_exif(side.map(only));
    Some(image.encoder().bytes())
}

/// The tag of EXIF that says how a picture is turned: 1 is upright, 2 to 8 are turned or mirrored.
const ORIENTATION: u16 = 0x0112;

/// How the picture is turned, if it is.
fn orientation(image: &impl ImageEXIF) -> Option<u8> {
    let exif = image.exif()?;
    let short = |at: usize| -> Option<u16> {
        let two = exif.get(at..at + 2)?.try_into().ok()?;
        Some(if exif.starts_with(b"II") { u16::from_le_bytes(two) } else { u16::from_be_bytes(two) })
    };
    let long = |at: usize| -> Option<u32> {
        let four = exif.get(at..at + 4)?.try_into().ok()?;
        Some(if exif.starts_with(b"II") { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) })
    };
    let directory = usize::try_from(long(4)?).ok().filter(|at| *at < exif.len())?;
    let entries = usize::from(short(directory)?);
    let entry = (0..entries).map(|n| directory + 2 + n * 12).find(|at| short(*at) == Some(ORIENTATION))?;
    u8::try_from(short(entry + 8)?).ok().filter(|side| (2..=8).contains(side))
}

/// EXIF that says which side is up and nothing else.
fn only(side: u8) -> Bytes {
    let mut exif = b"MM\0\x2a\0\0\0\x08\0\x01".to_vec();
    exif.extend(ORIENTATION.to_be_bytes());
    // One short number, and no further directory.
    exif.extend([0, 3, 0, 0, 0, 1, 0, side, 0, 0, 0, 0, 0, 0]);
    exif.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(marker: u8, contents: &[u8]) -> Vec<u8> {
        let length = u16::try_from(contents.len() + 2).expect("a short segment");
        [&[0xFF, marker], length.to_be_bytes().as_slice(), contents].concat()
    }

    /// A JPEG of two scans with metadata before, between and behind them.
    fn photo() -> Vec<u8> {
        let exif = [b"Exif\0\0".as_slice(), &only(6), b"GPS 52.52 N"].concat();
        [
            vec![0xFF, 0xD8],
            segment(0xE0, b"JFIF\0\x01\x01"),
            segment(0xE1, &exif),
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0GPS"),
            segment(0xE2, b"ICC_PROFILE\0\x01\x01colours"),
            segment(0xE2, b"MPF\0GPS"),
            segment(0xFE, b"taken at home, GPS"),
            segment(0xC0, b"frame"),
            segment(0xDA, b"scan"),
            vec![1, 2, 0xFF, 0, 3, 0xFF, 0xD0, 4],
            segment(0xFE, b"GPS again"),
            segment(0xDA, b"more"),
            vec![5, 6, 0xFF, 0xD9],
            vec![0xFF, 0xD8],
            segment(0xE1, &exif),
            vec![0xFF, 0xD9],
        ]
        .concat()
    }

    fn holds(bytes: &[u8], what: &[u8]) -> bool {
        bytes.windows(what.len()).any(|window| window == what)
    }

    #[test]
    fn a_photo_loses_its_place_and_keeps_its_looks() {
        let kept = Stripped::of(photo()).expect("a whole JPEG").bytes;
        assert!(!holds(&kept, b"GPS"));
        for needed in
            [b"JFIF".as_slice(), b"ICC_PROFILE", b"frame", &[1, 2, 0xFF, 0, 3, 0xFF, 0xD0, 4], b"more", &[5, 6]]
        {
            assert!(holds(&kept, needed), "{needed:?} is gone");
        }
        assert!(kept.ends_with(&[5, 6, 0xFF, 0xD9]));
        let image = Jpeg::from_bytes(kept.clone()).expect("still a JPEG");
        assert_eq!(orientation(&image), Some(6));
        assert_eq!(Stripped::of(kept.to_vec()).expect("a whole JPEG").bytes, kept, "a second time changes nothing");
    }

    #[test]
    fn other_pictures_lose_theirs_too() {
        let chunk = |kind: &[u8; 4], contents: &[u8]| {
            img_parts::png::PngChunk::new(*kind, Bytes::copy_from_slice(contents)).encoder().bytes().to_vec()
        };
        let png = [
            b"\x89PNG\r\n\x1a\n".to_vec(),
            chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]),
            chunk(b"tEXt", b"Location\0GPS"),
            chunk(b"eXIf", b"MM GPS"),
            chunk(b"IDAT", b"pixels"),
            chunk(b"IEND", b""),
        ]
        .concat();
        let kept = Stripped::of(png).expect("a whole PNG").bytes;
        assert!(!holds(&kept, b"GPS") && holds(&kept, b"pixels") && !holds(&kept, b"eXIf"));

        let riff = |id: &[u8; 4], contents: &[u8]| {
            let length = u32::try_from(contents.len()).expect("a short chunk");
            let padding = vec![0; contents.len() % 2];
            [id, length.to_le_bytes().as_slice(), contents, &padding].concat()
        };
        let chunks = [
            b"WEBP".to_vec(),
            riff(b"VP8X", &[0b0000_1100, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            riff(b"ICCP", b"colours"),
            riff(b"VP8L", b"\x2f\0\0\0\0pixels"),
            riff(b"EXIF", b"II GPS"),
            riff(b"XMP ", b"GPS"),
        ];
        let kept = Stripped::of(riff(b"RIFF", &chunks.concat())).expect("a whole WebP").bytes;
        assert!(!holds(&kept, b"GPS") && holds(&kept, b"pixels") && holds(&kept, b"colours"));
        let header = kept.windows(4).position(|w| w == b"VP8X").expect("its header stays") + 8;
        assert_eq!(kept[header] & 0b0000_1100, 0, "the header promises no metadata");
    }

    #[test]
    fn what_is_broken_is_refused() {
        for broken in
            [b"\xff\xd8\xff\xe0\0".as_slice(), b"\x89PNG\r\n\x1a\n\0\0", b"RIFF\x10\0\0\0WEBPVP8 ", b"<svg xmlns"]
        {
            assert!(Stripped::of(broken.to_vec()).is_none());
        }
    }
}
