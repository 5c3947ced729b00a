//! Style, scripts and pictures: embedded in the binary, joined into one file of each kind, and served under an address that
//! carries a hash of the content, so that browsers may keep them for ever and still see every change.

use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, ETag, EntityTag, Header, IfNoneMatch};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse};
use data_encoding::HEXLOWER;
use rust_embed::Embed;
use sha2::{Digest, Sha256};

#[derive(Embed)]
#[folder = "static/"]
struct Files;

/// The style, part by part: a layer, and the file in `static/css/` that stands in it. Later layers win; within one, later files.
const STYLES: &[(&str, &str)] = &[
    ("reset", "reset"),
    ("tokens", "tokens"),
    ("base", "base"),
    ("layout", "layout"),
    ("components", "buttons"),
    ("components", "forms"),
    ("components", "marks"),
    ("components", "overlays"),
    ("components", "lists"),
    ("components", "record"),
    ("components", "profile"),
    ("components", "board"),
    ("components", "calendar"),
    ("components", "tickets"),
    ("components", "insight"),
    ("components", "data"),
    ("components", "quote"),
    ("utilities", "utilities"),
    ("utilities", "print"),
];

/// The scripts in `static/js/`. None imports another, so their order is only that in which they start.
const SCRIPTS: &[&str] = &[
    "shortcuts",
    "filters",
    "zone",
    "combobox",
    "select",
    "drag",
    "board",
    "calendar",
    "drafts",
    "mentions",
    "compose",
    "clock",
    "notices",
    "entry",
    "once",
];

/// One file as a browser gets it.
struct Asset {
    name: &'static str,
    content_type: &'static str,
    body: Bytes,
    hash: String,
    url: String,
}

impl Asset {
    fn new(name: &'static str, content_type: &'static str, body: String) -> Self {
        let hash = hash(body.as_bytes());
        Self { name, content_type, url: format!("/static/{hash}/{name}"), hash, body: Bytes::from(body) }
    }
}

static STYLE: LazyLock<Asset> = LazyLock::new(|| Asset::new("app.css", "text/css; charset=utf-8", style()));
static SCRIPT: LazyLock<Asset> = LazyLock::new(|| Asset::new("app.js", "text/javascript; charset=utf-8", script()));
static ICONS: LazyLock<Asset> = LazyLock::new(|| Asset::new("icons.svg", "image/svg+xml", text("icons.svg")));
static FAVICON: LazyLock<Asset> = LazyLock::new(|| Asset::new("favicon.svg", "image/svg+xml", text("favicon.svg")));

/// Address of the stylesheet, for `<link rel="stylesheet">`.
pub fn css_url() -> &'static str {
    &STYLE.url
}

/// Address of the script, for `<script type="module">`: it counts on strict mode and on running after the page is parsed.
pub fn js_url() -> &'static str {
    &SCRIPT.url
}

/// Address of the icon sprite; `#name` behind it picks an icon (`templates/ui/icons.html`).
pub fn icons_url() -> &'static str {
    &ICONS.url
}

/// Address of the picture in the browser's tab.
pub fn favicon_url() -> &'static str {
    &FAVICON.url
}

/// Answers `/static/{hash}/{name}`. Another hash is another content, which is not here: 404, never a wrong file kept for ever.
pub async fn serve(req: HttpRequest, path: web::Path<(String, String)>) -> HttpResponse {
    let (hash, name) = path.into_inner();
    let all: [&Asset; 4] = [&STYLE, &SCRIPT, &ICONS, &FAVICON];
    let Some(asset) = all.into_iter().find(|asset| asset.name == name && asset.hash == hash) else {
        return HttpResponse::NotFound().finish();
    };
    let tag = EntityTag::new_strong(asset.hash.clone());
    let mut answer = if is_known(&req, &tag) { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable")).insert_header(ETag(tag));
    answer.content_type(asset.content_type).body(asset.body.clone())
}

/// Whether the browser already holds this very content. Compression on the way makes a tag weak, hence the weak comparison.
fn is_known(req: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(req) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        Err(_) => false,
    }
}

/// The style in one piece: the order of the layers, then each part in its own.
fn style() -> String {
    let mut layers: Vec<&str> = STYLES.iter().map(|(layer, _)| *layer).collect();
    layers.dedup();
    let mut all = format!("@layer {};\n", layers.join(", "));
    for (layer, name) in STYLES {
        all += &format!("@layer {layer} {{\n{}}}\n", text(&format!("css/{name}.css")));
    }
    all
}

/// The scripts in one piece, each in a block of its own so that their names stay theirs.
fn script() -> String {
    SCRIPTS.iter().map(|name| format!("{{\n{}}}\n", text(&format!("js/{name}.js")))).collect()
}

/// An embedded file. A name that is not there gives nothing (a test below compares both lists), never a panic.
fn text(path: &str) -> String {
    Files::get(path).map(|file| String::from_utf8_lossy(&file.data).into_owned()).unwrap_or_default()
}

/// The first 64 bits of SHA-256, in hexadecimal: enough to tell versions of a file apart.
fn hash(content: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(content)[..8])
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::dev::ServiceResponse;
    use actix_web::http::StatusCode;
    use actix_web::test::{TestRequest, call_service, init_service};
    use actix_web::{App, body};

    async fn get(url: &str, known: Option<&str>) -> ServiceResponse {
        let app = init_service(App::new().route("/static/{hash}/{name}", web::get().to(serve))).await;
        let mut req = TestRequest::get().uri(url);
        if let Some(tag) = known {
            req = req.insert_header(("If-None-Match", tag));
        }
        call_service(&app, req.to_request()).await
    }

    fn header<'r>(res: &'r ServiceResponse, name: &str) -> &'r str {
        res.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn names(folder: &str, ending: &str) -> Vec<String> {
        let mut found: Vec<String> = Files::iter()
            .filter_map(|path| Some(path.strip_prefix(folder)?.strip_suffix(ending)?.to_owned()))
            .collect();
        found.sort();
        found
    }

    fn sorted<'n>(listed: impl Iterator<Item = &'n str>) -> Vec<String> {
        let mut listed: Vec<String> = listed.map(str::to_owned).collect();
        listed.sort();
        listed
    }

    #[test]
    fn the_address_changes_with_the_content() {
        let (one, other) =
            (Asset::new("a.css", "text/css", "a{}".into()), Asset::new("a.css", "text/css", "b{}".into()));
        assert_ne!(one.url, other.url);
        assert_eq!(one.url, Asset::new("a.css", "text/css", "a{}".into()).url);
        assert_eq!(one.hash.len(), 16);
    }

    #[test]
    fn every_file_in_the_folders_is_joined() {
        assert_eq!(names("css/", ".css"), sorted(STYLES.iter().map(|(_, name)| *name)));
        assert_eq!(names("js/", ".js"), sorted(SCRIPTS.iter().copied()));
        let (style, script) = (style(), script());
        for (_, name) in STYLES {
            assert!(style.contains(&text(&format!("css/{name}.css"))), "{name}.css");
        }
        for name in SCRIPTS {
            assert!(script.contains(&text(&format!("js/{name}.js"))), "{name}.js");
        }
        assert!(style.starts_with("@layer reset, tokens, base, layout, components, utilities;\n"));
    }

    #[test]
    fn nothing_in_them_asks_for_another_file() {
        assert!(!style().contains("url(") && !style().contains("@import"));
        assert!(!script().lines().any(|line| line.starts_with("import ") || line.starts_with("export ")));
    }

    #[actix_web::test]
    async fn each_file_comes_whole_typed_and_for_ever() {
        for (asset, kind) in [
            (&STYLE, "text/css; charset=utf-8"),
            (&SCRIPT, "text/javascript; charset=utf-8"),
            (&ICONS, "image/svg+xml"),
            (&FAVICON, "image/svg+xml"),
        ] {
            let res = get(&asset.url, None).await;
            assert_eq!(res.status(), StatusCode::OK);
            assert_eq!(header(&res, "content-type"), kind);
            assert_eq!(header(&res, "cache-control"), "public, max-age=31536000, immutable");
            assert_eq!(header(&res, "etag"), format!("\"{}\"", asset.hash));
            let sent = body::to_bytes(res.into_body()).await.ok();
            assert!(!asset.body.is_empty());
            assert_eq!(sent, Some(asset.body.clone()));
        }
    }

    #[actix_web::test]
    async fn what_the_browser_holds_is_not_sent_again() {
        let res = get(css_url(), Some(&format!("W/\"{}\"", STYLE.hash))).await;
        assert_eq!(res.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(get(css_url(), Some("\"0000000000000000\"")).await.status(), StatusCode::OK);
    }

    #[actix_web::test]
    async fn an_unknown_name_or_an_old_hash_is_not_found() {
        for url in [
            format!("/static/{}/other.css", STYLE.hash),
            format!("/static/{}/app.js", STYLE.hash),
            "/static/0000000000000000/app.css".to_owned(),
        ] {
            assert_eq!(get(&url, None).await.status(), StatusCode::NOT_FOUND, "{url}");
        }
    }
}
