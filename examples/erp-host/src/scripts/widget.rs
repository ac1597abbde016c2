//! The plugin's widget on the ERP's overview.

use std::time::Duration;

use async_trait::async_trait;
use iota_scripts_host::Plugin;

use super::host;
use crate::caller::Caller;
use crate::web::Widget;

/// Time limit for the widget on the overview.
const TIMEOUT: Duration = Duration::from_millis(500);

/// The plugin's widget with the state of scripts.
#[derive(Debug)]
pub(super) struct ScriptsWidget {
    plugin: Plugin,
}

impl ScriptsWidget {
    pub(super) const fn new(plugin: Plugin) -> Self {
        Self { plugin }
    }
}

#[async_trait]
impl Widget for ScriptsWidget {
    async fn html(&self, caller: &Caller) -> Option<String> {
        let identity = host::identity_of(&caller.context);
        let pending = self.plugin.fragment(&identity, "/scripts/widget");
        match tokio::time::timeout(TIMEOUT, pending).await {
            Ok(Ok(html)) => html,
            Ok(Err(error)) => {
                tracing::warn!(%error, "the widget of scripts is unavailable");
                None
            }
            Err(_) => {
                tracing::warn!("the widget of scripts timed out");
                None
            }
        }
    }
}

/// Scripts are disabled.
#[derive(Debug)]
pub(super) struct NoWidget;

#[async_trait]
impl Widget for NoWidget {
    async fn html(&self, _: &Caller) -> Option<String> {
        None
    }
}
