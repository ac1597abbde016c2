//! How often texts are checked, and for which tenants results are shared.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use iota_scripts_services::ports::{Diagnostic, Severity};
use tokio::sync::Semaphore;

use super::*;

/// A compiler that checks a text when it gets a permit.
struct Compiler {
    calls: AtomicUsize,
    permits: Semaphore,
    fails: Option<FaultCode>,
}

impl Compiler {
    fn new(permits: usize, fails: Option<FaultCode>) -> Arc<Self> {
        Arc::new(Self { calls: AtomicUsize::new(0), permits: Semaphore::new(permits), fails })
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Runtime for Compiler {
    async fn run(&self, _: Job, _: Arc<dyn RunIo>, _: CancellationToken) -> RunReport {
        unreachable!("nothing is run")
    }

    async fn check(&self, _: &TenantId, check: &Check, _: &Limits) -> Result<Checked, Fault> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.permits.acquire().await.expect("open").forget();
        match self.fails {
            Some(code) => Err(Fault::new(code, "from the test")),
            None => Ok(Checked { found: vec![found(&check.source)], ..Checked::default() }),
        }
    }

    fn bind(&self, _: Arc<[ServiceSignature]>) {}

    fn status(&self) -> RuntimeStatus {
        RuntimeStatus::default()
    }

    async fn stop(&self) {}
}

fn found(message: &str) -> Diagnostic {
    Diagnostic {
        severity: Severity::Hint,
        code: "X".to_owned(),
        message: message.to_owned(),
        line: None,
        column: None,
        end_line: None,
        end_column: None,
        source_line: None,
    }
}

fn tenant(name: &str) -> TenantId {
    TenantId::parse(name).unwrap()
}

async fn check_text(cached: &CachedChecks, tenant: &TenantId, source: &str) -> Result<String, FaultCode> {
    let checked = cached.check(tenant, &Check::text(source), &Limits::granted()).await;
    checked.map(|checked| checked.found[0].message.clone()).map_err(|fault| fault.code)
}

#[tokio::test]
async fn concurrent_checks_of_one_text_run_once() {
    let compiler = Compiler::new(0, None);
    let cached = CachedChecks::new(compiler.clone());
    let acme = tenant("acme");
    let checks = join_all((0..25).map(|_| check_text(&cached, &acme, "one()")));
    let (results, ()) = tokio::join!(checks, async {
        while compiler.calls() == 0 {
            tokio::task::yield_now().await;
        }
        compiler.permits.add_permits(25);
    });
    assert_eq!(results, vec![Ok("one()".to_owned()); 25]);
    assert_eq!(check_text(&cached, &acme, "one()").await.as_deref(), Ok("one()"));
    assert_eq!(compiler.calls(), 1);
}

#[tokio::test]
async fn text_tenant_and_options_are_part_of_the_cache_key() {
    let compiler = Compiler::new(100, None);
    let cached = CachedChecks::new(compiler.clone());
    for (name, source) in [("acme", "one()"), ("globex", "one()"), ("acme", "two()"), ("acme", "one()")] {
        assert_eq!(check_text(&cached, &tenant(name), source).await.as_deref(), Ok(source));
    }
    assert_eq!(compiler.calls(), 3);
    cached.check(&tenant("acme"), &Check::template("one()"), &Limits::granted()).await.expect("an answer");
    let tighter = Limits { nesting: 3, ..Limits::granted() };
    cached.check(&tenant("acme"), &Check::text("one()"), &tighter).await.expect("an answer");
    assert_eq!(compiler.calls(), 5);
}

#[tokio::test]
async fn only_faults_of_the_text_are_cached() {
    for (code, calls) in [(FaultCode::CheckTimeout, 1), (FaultCode::RateLimited, 3), (FaultCode::WorkerDied, 3)] {
        let compiler = Compiler::new(100, Some(code));
        let cached = CachedChecks::new(compiler.clone());
        for _ in 0..3 {
            assert_eq!(check_text(&cached, &tenant("acme"), "one()").await, Err(code));
        }
        assert_eq!(compiler.calls(), calls, "{code:?}");
    }
}

#[tokio::test]
async fn a_cancelled_check_does_not_block_the_next() {
    let compiler = Compiler::new(0, None);
    let cached = CachedChecks::new(compiler.clone());
    let acme = tenant("acme");
    {
        let first = check_text(&cached, &acme, "one()");
        tokio::pin!(first);
        assert!(futures_util::poll!(&mut first).is_pending());
    }
    compiler.permits.add_permits(1);
    assert_eq!(check_text(&cached, &acme, "one()").await.as_deref(), Ok("one()"));
}

#[tokio::test]
async fn the_cache_is_limited_by_bytes() {
    let compiler = Compiler::new(100, None);
    let cached = CachedChecks::new(compiler.clone());
    for part in 0..40 {
        check_text(&cached, &tenant("acme"), &format!("{part}{}", "x".repeat(1 << 20))).await.expect("an answer");
    }
    cached.cache.run_pending_tasks();
    assert!(cached.cache.weighted_size() <= CACHE_BYTES, "{}", cached.cache.weighted_size());
}

#[test]
fn sweeping_keeps_checks_in_flight() {
    let cached = CachedChecks::new(Compiler::new(0, None));
    let key = |number: usize| Sha256::digest(number.to_string()).into();
    let first = cached.cell(key(0));
    for other in 1..=3 * SWEEP_THRESHOLD {
        cached.cell(key(other));
    }
    assert!(Arc::ptr_eq(&first, &cached.cell(key(0))));
}
