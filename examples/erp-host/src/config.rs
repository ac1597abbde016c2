//! The command line of erp-host.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// A small multi-tenant ERP that hosts iota-scripts.
#[derive(Debug, Parser)]
#[command(version, about)]
pub struct Options {
    /// Address and port to serve on
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// sqlite://FILE or postgres://USER:PASSWORD@HOST/DATABASE
    #[arg(long, value_name = "URL", default_value = "sqlite://data/erp.db")]
    pub database_url: String,

    /// The library of iota-scripts [default: libiota_scripts.so beside this program]
    #[arg(long, value_name = "PATH")]
    pub plugin: Option<PathBuf>,

    /// Seconds after which a connection with a silent client is closed
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub idle_timeout: u32,

    /// Runs without the plugin: no scripts, everything else unchanged
    #[arg(long, conflicts_with_all = ["plugin", "isolation"])]
    pub disabled: bool,

    /// Where scripts run: in worker processes, or on threads of this process
    #[arg(long, value_enum, default_value_t = Isolation::Worker)]
    pub isolation: Isolation,
}

/// Where scripts run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Isolation {
    #[value(name = "worker")]
    Worker,
    #[value(name = "in_process")]
    InProcess,
}

impl Isolation {
    /// The value in the plugin's configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Worker => "worker",
            Self::InProcess => "in_process",
        }
    }
}

/// The options that the application is built from.
#[derive(Debug, Clone)]
pub struct Config {
    pub database_url: String,
    pub scripts: ScriptsConfig,
}

/// Whether and how scripts run.
#[derive(Debug, Clone)]
pub enum ScriptsConfig {
    Disabled,
    Enabled { library: PathBuf, isolation: Isolation },
}

impl From<&Options> for Config {
    fn from(options: &Options) -> Self {
        let scripts = if options.disabled {
            ScriptsConfig::Disabled
        } else {
            let library = options.plugin.clone().unwrap_or_else(default_library);
            ScriptsConfig::Enabled { library, isolation: options.isolation }
        };
        Self { database_url: options.database_url.clone(), scripts }
    }
}

fn default_library() -> PathBuf {
    let name = "libiota_scripts.so";
    let program = std::env::current_exe().ok();
    program.and_then(|path| path.parent().map(|folder| folder.join(name))).unwrap_or_else(|| PathBuf::from(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        Options::command().debug_assert();
    }

    #[test]
    fn disabled_means_no_library() {
        let options = Options::try_parse_from(["erp-host", "--disabled"]).expect("options");
        assert!(matches!(Config::from(&options).scripts, ScriptsConfig::Disabled));
        assert!(Options::try_parse_from(["erp-host", "--disabled", "--plugin", "x.so"]).is_err());
    }
}
