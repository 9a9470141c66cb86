//! An nginx that takes files by PUT.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command},
    thread,
    time::Duration,
};

/// The process. It ends when this is dropped.
pub struct Nginx {
    child: Child,
    pub address: String,
}

impl Nginx {
    /// Starts it in an empty directory, if it is installed.
    pub fn start(directory: &Path) -> Option<Self> {
        Command::new("nginx").arg("-v").output().ok()?;
        fs::create_dir_all(directory.join("files")).unwrap();
        fs::create_dir(directory.join("temporary")).unwrap();
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = free.local_addr().unwrap().to_string();
        drop(free);
        let user = match rustix::process::geteuid().is_root() {
            true => "user root;",
            false => "",
        };
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path temporary/{name};"))
            .concat();
        let configuration = format!(
            "{user} daemon off; worker_processes auto; pid nginx.pid; error_log stderr; events {{}}
             http {{ access_log off; sendfile on; tcp_nopush on; client_max_body_size 0; {temporary}
                 server {{ listen {address}; root files; dav_methods PUT; }} }}"
        );
        let file = directory.join("nginx.conf");
        fs::write(&file, configuration).unwrap();
        let child = Command::new("nginx")
            .args(["-e", "stderr", "-p"])
            .arg(directory)
            .arg("-c")
            .arg(file)
            .spawn()
            .unwrap();
        while TcpStream::connect(&address).is_err() {
            thread::sleep(Duration::from_millis(10));
        }
        Some(Self { child, address })
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Its workers end with it, if it can tell them.
        let id = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status();
        if !told.is_ok_and(|status| status.success()) {
            drop(self.child.kill());
        }
        drop(self.child.wait());
    }
}
