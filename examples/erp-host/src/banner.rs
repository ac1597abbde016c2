//! The text printed at start: the address of the ERP, how to sign in, and whether scripts run.

use std::fmt::Write as _;
use std::net::SocketAddr;

use crate::app::App;
use crate::config::Options;
use crate::seed::LOGINS;

/// The text of the banner.
pub fn text(options: &Options, address: SocketAddr, app: &App) -> String {
    let mut text = format!(
        "\n  ERP      http://{address}\n  Data     {}\n  Scripts  {}\n\n  E-mail                    Password and bearer token\n",
        crate::db::without_password(&options.database_url),
        app.scripts_state()
    );
    for login in LOGINS {
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "  {:<25} {}", login.email, login.secret);
    }
    let _ = writeln!(text, "\n  curl -H 'Authorization: Bearer acme-admin' http://{address}/api/clients?per_page=3\n");
    text
}
