//! How a mail leaves: by SMTP, or as a file where no mail server is set.

use super::outbox::{Mail, Outcome};
use crate::{
    config,
    error::{Error, Result},
};
use lettre::{
    Address, Message, SmtpTransport, Transport,
    message::{
        Body, Mailbox, MultiPart, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{self, extension::ClientId},
};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};

/// The mail server has this long for each of its answers.
const PATIENCE: Duration = Duration::from_secs(30);

/// Takes mails to where they leave.
pub struct Postman {
    from: Mailbox,
    way: Way,
}

enum Way {
    Smtp(Box<SmtpTransport>),
    Files(PathBuf),
}

impl Postman {
    /// By the settings; files go to the folder `outbox` in the data folder.
    ///
    /// # Errors
    /// A sentence when the sender or the server's URL makes no sense.
    pub fn new(settings: &config::Mail, data: &Path) -> Result<Self> {
        let from: Mailbox = settings.mail_from.parse().map_err(|_| {
            Error::internal(format!(
                "“{}” is no sender of mail: write RAPPORT_MAIL_FROM like crm@example.com",
                settings.mail_from
            ))
        })?;
        let way = match &settings.smtp_url {
            None => Way::Files(data.join("outbox")),
            Some(url) => {
                let builder = SmtpTransport::from_url(url).map_err(|_| {
                    Error::internal(
                        "the SMTP URL makes no sense: write it like smtps://user:password@mail.example.com:465",
                    )
                })?;
                let name = ClientId::Domain(from.email.domain().to_owned());
                Way::Smtp(Box::new(builder.hello_name(name).timeout(Some(PATIENCE)).build()))
            }
        };
        Ok(Self { from, way })
    }

    /// The folder that mail is written to, where no server is set.
    pub fn folder(&self) -> Option<&Path> {
        match &self.way {
            Way::Smtp(_) => None,
            Way::Files(folder) => Some(folder),
        }
    }

    /// Tries once. Waits for the other side, so not on a worker's thread.
    pub fn send(&self, mail: &Mail) -> Outcome {
        let message = match self.message(mail) {
            Ok(message) => message,
            Err(why) => return Outcome::Never(why),
        };
        match &self.way {
            Way::Smtp(server) => match server.send(&message) {
                Ok(_) => Outcome::Sent,
                Err(error) => verdict(&error),
            },
            Way::Files(folder) => match write(folder, mail, &message.formatted()) {
                Ok(()) => Outcome::Sent,
                Err(error) => Outcome::Later(format!("{} cannot be written: {error}", folder.display())),
            },
        }
    }

    fn message(&self, mail: &Mail) -> Result<Message, String> {
        let to: Address = mail.recipient.parse().map_err(|_| "This address cannot be written to.".to_owned())?;
        let mut builder = Message::builder()
            .from(Mailbox::new(mail.sender_name.clone().or_else(|| self.from.name.clone()), self.from.email.clone()))
            .to(Mailbox::new(None, to))
            .subject(mail.subject.clone())
            .message_id(Some(format!("<{}@{}>", mail.message_id, self.from.email.domain())))
            .date(mail.created_at.and_utc().into());
        if let Some(address) = mail.reply_to.as_ref().and_then(|a| a.parse().ok()) {
            builder = builder.reply_to(Mailbox::new(mail.sender_name.clone(), address));
        }
        let built = match (&mail.calendar, &mail.calendar_method) {
            (Some(calendar), Some(method)) => {
                // Mail programs take the last part that they understand (RFC 2046): the calendar's.
                let kind = ContentType::parse(&format!("text/calendar; method={method}; charset=utf-8"))
                    .map_err(|e| format!("The invitation cannot be written: {e}"))?;
                builder.multipart(
                    MultiPart::alternative()
                        .singlepart(part(ContentType::TEXT_PLAIN, &mail.body_text))
                        .singlepart(part(kind, calendar)),
                )
            }
            _ => builder.header(ContentType::TEXT_PLAIN).body(whole_lines(&mail.body_text)),
        };
        let mut message = built.map_err(|e| format!("The mail cannot be written: {e}"))?;
        // Nobody reads an out-of-office reply to what Rapport says of itself (RFC 3834); a colleague does.
        if mail.sender_name.is_none() {
            let name = HeaderName::new_from_ascii_str("Auto-Submitted");
            message.headers_mut().insert_raw(HeaderValue::new(name, "auto-generated".into()));
        }
        Ok(message)
    }
}

/// A refusal for good (5xx) is about this mail; all else, a refused sign-in (53x) included, may pass.
fn verdict(error: &smtp::Error) -> Outcome {
    let mut why = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        why = format!("{why}: {next}");
        cause = next.source();
    }
    let about_us = error.status().is_some_and(|code| matches!(u16::from(code), 530..=539));
    if error.is_permanent() && !about_us { Outcome::Never(why) } else { Outcome::Later(why) }
}

/// One file a mail, whole or not at all. Its name comes from the mail, so that a second try replaces the first.
fn write(folder: &Path, mail: &Mail, bytes: &[u8]) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let name = format!("{}-{}", mail.created_at.format("%Y%m%d-%H%M%S"), mail.id);
    let unfinished = folder.join(format!(".{name}"));
    let mut file = fs::File::create(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(unfinished, folder.join(format!("{name}.eml")))
}

fn part(kind: ContentType, text: &str) -> SinglePart {
    SinglePart::builder().header(kind).body(whole_lines(text))
}

/// The text as it is where mail allows (RFC 5321: lines of 998 octets), so that an address in it stays in one piece.
fn whole_lines(text: &str) -> Body {
    let encoding =
        if text.is_ascii() { ContentTransferEncoding::SevenBit } else { ContentTransferEncoding::QuotedPrintable };
    // Where a line is too long for that, the text comes back as octets, whose line ends nobody writes out.
    let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
    Body::new_with_encoding(text, encoding).unwrap_or_else(Body::new)
}
