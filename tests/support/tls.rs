//! An Atlas behind TLS, with a certificate that nobody trusts by itself.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::listening::Listening;

/// The proxy that takes TLS off.
pub struct SecureAtlas {
    address: SocketAddr,
    certificate: String,
    _listening: Listening,
}

impl SecureAtlas {
    /// One in front of the Atlas at that URL.
    pub fn start(upstream: &str) -> Self {
        let upstream: SocketAddr = upstream.strip_prefix("http://").unwrap().parse().unwrap();
        let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Self {
            address: listener.local_addr().unwrap(),
            certificate: made.cert.pem(),
            _listening: Listening::start(listener, move |stream| {
                pass(stream, Arc::clone(&config), upstream)
            }),
        }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// Its certificate, as PEM.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }
}

/// Passes requests on and answers back, in turn: what a client says comes before what it is told.
fn pass(stream: TcpStream, config: Arc<ServerConfig>, upstream: SocketAddr) -> io::Result<()> {
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut client = StreamOwned::new(connection, stream);
    let mut atlas = TcpStream::connect(upstream)?;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = client.read(&mut buffer)?;
        if length == 0 {
            return Ok(());
        }
        // Requests without a file fit into one reading, and so do their answers.
        atlas.write_all(&buffer[..length])?;
        let length = atlas.read(&mut buffer)?;
        client.write_all(&buffer[..length])?;
    }
}
