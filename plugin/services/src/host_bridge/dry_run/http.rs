//! HTTP of a dry run: GET, HEAD and OPTIONS are sent; anything else that may be sent is answered with 202 and
//! `{"dry_run": true}`.

use std::sync::Arc;

use async_trait::async_trait;
use iota_scripts_domain::{HostPattern, TenantId};

use super::Recording;
use crate::ports::{HttpError, HttpGateway, HttpMeter, HttpRequest, HttpResponse};

pub(super) struct DryHttp {
    inner: Arc<dyn HttpGateway>,
    recording: Arc<Recording>,
}

impl DryHttp {
    pub(super) fn over(inner: Arc<dyn HttpGateway>, recording: &Arc<Recording>) -> Self {
        Self { inner, recording: Arc::clone(recording) }
    }
}

#[async_trait]
impl HttpGateway for DryHttp {
    async fn send(
        &self,
        tenant: &TenantId,
        allowed: &[HostPattern],
        request: HttpRequest,
        meter: &dyn HttpMeter,
    ) -> Result<HttpResponse, HttpError> {
        if request.method.is_safe() {
            return self.inner.send(tenant, allowed, request, meter).await;
        }
        self.inner.judge(allowed, &request)?;
        meter.request()?;
        meter.bytes(request.body.len() as u64)?;
        self.recording.http(request.method.as_str(), request.url.as_str(), &request.body);
        Ok(HttpResponse {
            status: 202,
            url: request.url,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: br#"{"dry_run":true}"#.to_vec(),
        })
    }

    fn judge(&self, allowed: &[HostPattern], request: &HttpRequest) -> Result<(), HttpError> {
        self.inner.judge(allowed, request)
    }
}
