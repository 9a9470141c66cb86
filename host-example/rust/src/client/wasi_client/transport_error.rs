//! What went wrong, in the contract's words.

use wasi::http::types::ErrorCode;

use crate::contract::TransportError;

/// Sorts what the runtime says.
pub(super) fn classify(code: ErrorCode) -> TransportError {
    match code {
        ErrorCode::DnsError(_) | ErrorCode::DnsTimeout | ErrorCode::DestinationNotFound => {
            TransportError::Dns
        }
        ErrorCode::ConnectionRefused => TransportError::Refused,
        ErrorCode::ConnectionTimeout
        | ErrorCode::ConnectionReadTimeout
        | ErrorCode::ConnectionWriteTimeout
        | ErrorCode::HttpResponseTimeout => TransportError::Timeout,
        ErrorCode::TlsProtocolError => {
            TransportError::Tls("the protocol of TLS was violated".to_owned())
        }
        ErrorCode::TlsCertificateError => {
            TransportError::Tls("the runtime does not trust the certificate".to_owned())
        }
        ErrorCode::TlsAlertReceived(alert) => TransportError::Tls(
            alert
                .alert_message
                .unwrap_or_else(|| "the server ended it with an alert".to_owned()),
        ),
        // Also what runtimes call it when a connection ends within an answer.
        ErrorCode::ConnectionTerminated
        | ErrorCode::HttpResponseIncomplete
        | ErrorCode::HttpProtocolError => TransportError::Interrupted,
        ErrorCode::InternalError(Some(text)) => TransportError::Other(text),
        code => TransportError::Other(code.to_string()),
    }
}
