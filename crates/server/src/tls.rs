//! Certificates: the merchant's own, or one made here for clients that insist on https.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::settings::Tls;
use crate::trouble::Trouble;

/// The certificate that clients may be told to trust, under the data folder.
pub const CERTIFICATE: &str = "tls/certificate.pem";
const KEY: &str = "tls/key.pem";
/// The names that the certificate beside it was made for.
const NAMES: &str = "tls/names.txt";

/// What rustls serves with; `None` for plain http.
///
/// # Errors
/// When a certificate cannot be read, made or written.
pub(crate) fn server_config(
    tls: &Tls,
    data: &Path,
    domains: &[String],
) -> Result<Option<Arc<ServerConfig>>, Trouble> {
    let (cert, key) = match tls {
        Tls::Off => return Ok(None),
        Tls::Files { cert, key } => (cert.clone(), key.clone()),
        Tls::SelfSigned => self_signed(data, domains)?,
    };
    let wrong = |path: &Path, cause: &dyn std::fmt::Display| {
        Trouble::Tls(format!("{}: {cause}. It must be PEM.", path.display()))
    };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&cert)
        .and_then(Iterator::collect)
        .map_err(|cause| wrong(&cert, &cause))?;
    if chain.is_empty() {
        return Err(wrong(&cert, &"no certificate in the file"));
    }
    let private = PrivateKeyDer::from_pem_file(&key).map_err(|cause| wrong(&key, &cause))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|cause| Trouble::Tls(cause.to_string()))?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(|cause| {
            Trouble::Tls(format!("{} and {}: {cause}", cert.display(), key.display()))
        })?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Some(Arc::new(config)))
}

/// The certificate and key under the data folder, made when they are not there or were made for
/// other names.
fn self_signed(data: &Path, domains: &[String]) -> Result<(PathBuf, PathBuf), Trouble> {
    let (cert, key, listed) = (data.join(CERTIFICATE), data.join(KEY), data.join(NAMES));
    let mut names: Vec<String> = domains.to_vec();
    names.extend([
        // The permanent domains, those of shops that are opened later too.
        "*.myshopify.com".to_owned(),
        "localhost".to_owned(),
        "127.0.0.1".to_owned(),
        "::1".to_owned(),
    ]);
    let wanted = names.join("\n");
    let standing = fs::read_to_string(&listed).is_ok_and(|found| found == wanted);
    if standing && cert.exists() && key.exists() {
        return Ok((cert, key));
    }
    let (certificate_pem, key_pem) =
        certify(names).map_err(|cause| Trouble::Tls(cause.to_string()))?;
    let write =
        |path: &Path, text: &str| fs::write(path, text).map_err(|cause| unwritable(path, cause));
    let folder = data.join("tls");
    fs::create_dir_all(&folder).map_err(|cause| unwritable(&folder, cause))?;
    write(&cert, &certificate_pem)?;
    write_private(&key, &key_pem).map_err(|cause| unwritable(&key, cause))?;
    write(&listed, &wanted)?;
    Ok((cert, key))
}

fn certify(names: Vec<String>) -> Result<(String, String), rcgen::Error> {
    let key = rcgen::KeyPair::generate()?;
    let mut params = rcgen::CertificateParams::new(names)?;
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, "Stockroom on this machine");
    // Clients that are told to trust it directly want it to be its own authority.
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Constrained(0));
    params.key_usages = vec![
        rcgen::KeyUsagePurpose::DigitalSignature,
        rcgen::KeyUsagePurpose::KeyCertSign,
    ];
    params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
    let certificate = params.self_signed(&key)?;
    Ok((certificate.pem(), key.serialize_pem()))
}

fn unwritable(path: &Path, cause: io::Error) -> Trouble {
    Trouble::FolderUnwritable {
        path: path.to_owned(),
        cause,
    }
}

#[cfg(unix)]
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())
}

#[cfg(not(unix))]
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    fs::write(path, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_made_once_and_again_when_the_names_change() {
        let folder = std::env::temp_dir().join(format!("stockroom-tls-{}", std::process::id()));
        let read = || fs::read_to_string(folder.join(CERTIFICATE)).unwrap();
        let one = vec!["a.myshopify.com".to_owned()];
        assert!(
            server_config(&Tls::SelfSigned, &folder, &one)
                .unwrap()
                .is_some()
        );
        let first = read();
        server_config(&Tls::SelfSigned, &folder, &one).unwrap();
        assert_eq!(first, read());
        server_config(&Tls::SelfSigned, &folder, &[]).unwrap();
        assert_ne!(first, read());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_file_that_is_no_certificate_says_so() {
        let here = PathBuf::from(file!());
        let tls = Tls::Files {
            cert: here.clone(),
            key: here,
        };
        assert!(matches!(
            server_config(&tls, Path::new("."), &[]),
            Err(Trouble::Tls(_))
        ));
    }
}
