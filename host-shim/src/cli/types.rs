//! `types`: the TypeScript declarations of what scripts can call, for an editor of one's own.
//!
//! With `--url` those of a running application: its services and its tables. Else those of every script, and of the services of
//! `--mock`.

use clap::Args;

use super::{Verdict, application::Client, local::LocalOptions, output};

/// What `types` can be asked.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Only what scripts of this type may call: `cron`, `one_off`, `endpoint` or `embedded`
    #[arg(long = "type", value_name = "TYPE")]
    script_type: Option<String>,
    /// Where the application is: https://erp.example.com
    #[arg(long, requires = "token")]
    url: Option<reqwest::Url>,
    /// The token that the application gave you; better in the environment than on the command line
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
