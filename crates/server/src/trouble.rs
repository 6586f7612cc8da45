//! What keeps a command from doing its work, in sentences that say how to go on.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// What keeps a command from doing its work.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The configuration file is not there or not ours to read.
    #[error("The configuration file {} cannot be read: {cause}. Check --config or STOCKROOM_CONFIG.", path.display())]
    ConfigUnreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The configuration file says something that is no setting.
    #[error("The configuration file {} is not understood:\n{cause}", path.display())]
    ConfigWrong {
        /// The file.
        path: PathBuf,
        /// Line, column and reason.
        cause: Box<toml::de::Error>,
    },
    /// The file asks for a kind of TLS that does not exist.
    #[error(
        "tls = \"{0}\" is not known: write tls = \"self-signed\", or give tls_cert and tls_key."
    )]
    TlsKind(String),
    /// The port is another program's.
    #[error("{address} is in use by another program. Stop it, or choose another port: --listen {}:{}, or port 0 for any free one.", address.ip(), address.port().wrapping_add(1).max(1024))]
    PortBusy {
        /// Where we wanted to listen.
        address: SocketAddr,
    },
    /// The address is not ours to listen on.
    #[error(
        "Cannot listen on {address}: {cause}. Ports below 1024 need the administrator's rights; the address must be one of this machine's. Choose another with --listen."
    )]
    CannotListen {
        /// Where we wanted to listen.
        address: SocketAddr,
        /// What the system said.
        cause: io::Error,
    },
    /// The data folder cannot be made or written.
    #[error("The folder {} cannot be written: {cause}. Give this user the right to write there, or choose another with --data.", path.display())]
    FolderUnwritable {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The database does not open; the store says why and how to go on.
    #[error(transparent)]
    Database(#[from] store::OpenError),
    /// A schema was generated for another build of the program.
    #[error("{0}")]
    Schema(String),
    /// Certificate or key cannot be used.
    #[error("The certificate cannot be used: {0}")]
    Tls(String),
    /// The named shop is not in the database.
    #[error("There is no shop '{wanted}' in this database. {known}")]
    NoSuchShop {
        /// What was asked for.
        wanted: String,
        /// Those that are there, as a sentence.
        known: String,
    },
    /// `serve` on a database with the demo's well-known credentials.
    #[error(
        "This database holds the demo's credentials, which everybody knows, so it is not served as a shop. Run `stockroom demo` on it, or make a database of your own: `stockroom shop create --data another-folder …`."
    )]
    DemoCredentials,
    /// `demo` on somebody's real database.
    #[error(
        "This database holds shops that are not the demo's ({0}). The demo keeps to a database of its own: choose another folder with --data, or run `stockroom serve` on this one."
    )]
    NotADemo(String),
    /// The demo's first start was cut short.
    #[error(
        "The demo store was not finished when it was made. Begin again with `stockroom demo --reset`."
    )]
    DemoUnfinished,
    /// A shop was not opened.
    #[error(transparent)]
    Shop(#[from] commerce::shops::CreateError),
    /// A file of which no row was taken.
    #[error("Nothing was imported: {0} rows were refused, and no product was whole.")]
    NothingImported(usize),
    /// The input is not what the command takes.
    #[error("{0}")]
    Input(String),
    /// The store's fault.
    #[error("The database failed: {0}")]
    Store(#[from] store::StoreError),
}

impl Trouble {
    /// What the program's end tells scripts: 2 for a file of which nothing was taken, else 1.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::NothingImported(_) => 2,
            _ => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_port_names_another_to_try() {
        let address = "127.0.0.1:8080".parse().unwrap();
        let said = Trouble::PortBusy { address }.to_string();
        assert!(
            said.contains("127.0.0.1:8080 is in use") && said.contains("--listen 127.0.0.1:8081")
        );
    }
}
