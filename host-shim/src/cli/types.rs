//! `types`: prints TypeScript declarations of the API that scripts can call, for editors.
//!
//! With `--url` those of a running application: its services and its tables. Otherwise those of every script, and of
//! the services of `--mock`.

use clap::Args;

use super::{Verdict, application::Client, local::LocalOptions, output};

/// Arguments of `types`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Only the API of scripts of this type: `cron`, `one_off`, `endpoint` or `embedded`
    #[arg(long = "type", value_name = "TYPE")]
    script_type: Option<String>,
    /// Address of the application: https://erp.example.com
    #[arg(long, requires = "token")]
    url: Option<reqwest::Url>,
    /// Access token of the application; better in the environment than on the command line
    #[arg(long, env = "IOTA_SCRIPTS_TOKEN", hide_env_values = true)]
    token: Option<String>,
    #[command(flatten)]
    local: LocalOptions,
}

pub(crate) fn types(options: Options) -> anyhow::Result<Verdict> {
    let query = options.script_type.map(|script_type| format!("?type={script_type}")).unwrap_or_default();
    let path = format!("types.d.ts{query}");
    let text = match options.url.zip(options.token) {
        Some((url, token)) => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async { Client::new(&url, &token)?.text(&path).await })?
        }
        None => options.local.with_plugin(async |api| api.text(&format!("/scripts/api/v1/{path}")).await)?,
    };
    output::line(text.trim_end());
    Ok(Verdict::Good)
}
