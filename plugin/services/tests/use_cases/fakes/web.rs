//! A web in which every URL gives the same response, and the hosts that a tenant may call there.

use std::collections::BTreeMap;

use async_trait::async_trait;
use iota_scripts_domain::{AllowedHost, HostPattern, HttpHostRepository, RepositoryError, TenantId};
use iota_scripts_services::ports::{HttpError, HttpGateway, HttpMeter, HttpRequest, HttpResponse};
use parking_lot::Mutex;

/// A request, and the hosts that were allowed for it.
type Sent = (HttpRequest, Vec<HostPattern>);

#[derive(Default)]
pub(crate) struct Web {
    sent: Mutex<Vec<Sent>>,
    failure: Mutex<Option<HttpError>>,
}

impl Web {
    /// From now on, every request fails with this error.
    pub(crate) fn fail(&self, error: HttpError) {
        *self.failure.lock() = Some(error);
    }

    /// Returns the requests since the last call.
    pub(crate) fn take_sent(&self) -> Vec<Sent> {
        std::mem::take(&mut self.sent.lock())
    }
}

#[async_trait]
impl HttpGateway for Web {
    async fn send(
        &self,
        _: &TenantId,
        allowed: &[HostPattern],
        request: HttpRequest,
        meter: &dyn HttpMeter,
    ) -> Result<HttpResponse, HttpError> {
        meter.request()?;
        meter.bytes(request.body.len() as u64)?;
        let url = request.url.clone();
        self.sent.lock().push((request, allowed.to_vec()));
        if let Some(error) = self.failure.lock().clone() {
            return Err(error);
        }
        let body = b"{\"fine\": true}".to_vec();
        meter.bytes(body.len() as u64)?;
        Ok(HttpResponse { status: 200, url, headers: vec![("x-a".to_owned(), "1".to_owned())], body })
    }

    fn judge(&self, _: &[HostPattern], _: &HttpRequest) -> Result<(), HttpError> {
        self.failure.lock().clone().map_or(Ok(()), Err)
    }
}

#[derive(Default)]
pub(crate) struct AllowedHosts {
    rows: Mutex<BTreeMap<(TenantId, HostPattern), AllowedHost>>,
}

#[async_trait]
impl HttpHostRepository for AllowedHosts {
    async fn list(&self, tenant: &TenantId) -> Result<Vec<AllowedHost>, RepositoryError> {
        let rows = self.rows.lock();
        Ok(rows.iter().filter(|((owner, _), _)| owner == tenant).map(|(_, host)| host.clone()).collect())
    }

    async fn add(&self, tenant: &TenantId, host: &AllowedHost) -> Result<bool, RepositoryError> {
        let place = (tenant.clone(), host.host.clone());
        let mut rows = self.rows.lock();
        let new = !rows.contains_key(&place);
        rows.entry(place).or_insert_with(|| host.clone());
        Ok(new)
    }

    async fn remove(&self, tenant: &TenantId, host: &HostPattern) -> Result<bool, RepositoryError> {
        Ok(self.rows.lock().remove(&(tenant.clone(), host.clone())).is_some())
    }
}
