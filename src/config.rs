//! Every setting of the program: its flag, its variable, its default and its unit. Read once, passed by value.

use clap::Args;
use std::path::PathBuf;

/// Where the company is kept.
#[derive(Args, Clone, Debug)]
pub struct Storage {
    /// Folder of the embedded SQLite database and, without an SMTP server, of outgoing mail.
    #[arg(long, env = "RAPPORT_DATA", default_value = "data", value_name = "DIR")]
    pub data: PathBuf,
    /// `postgres://…` instead of the embedded database.
    #[arg(long, env = "RAPPORT_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,
}

/// How the server answers.
#[derive(Args, Clone, Debug)]
pub struct Serving {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, env = "RAPPORT_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDR")]
    pub listen: String,
    /// The address people type, for links in mail and for secure cookies (https). Default: http:// and the listening address.
    #[arg(long, env = "RAPPORT_BASE_URL", value_name = "URL")]
    pub base_url: Option<String>,
    /// Proxies whose X-Forwarded-For is believed, as addresses separated by commas.
    #[arg(long, env = "RAPPORT_TRUSTED_PROXIES", value_delimiter = ',', value_name = "ADDR")]
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Serves the contact list from memory at /bench/memory, to whoever asks: for `scripts/bench` alone.
    #[arg(long, env = "RAPPORT_BENCH_PAGE", hide = true, value_parser = clap::builder::BoolishValueParser::new(), num_args = 0)]
    pub bench_page: bool,
    #[command(flatten)]
    pub mail: Mail,
}

/// How mail leaves.
#[derive(Args, Clone, Debug)]
pub struct Mail {
    /// `smtp://` or `smtps://user:password@host:port`. Without it, mail is written to files in the data folder.
    #[arg(long, env = "RAPPORT_SMTP_URL", value_name = "URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Sender of invitations and notices.
    #[arg(long, env = "RAPPORT_MAIL_FROM", default_value = "rapport@localhost", value_name = "ADDRESS")]
    pub mail_from: String,
}
