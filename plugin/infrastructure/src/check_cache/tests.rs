//! How often texts are checked, and for which tenants results are shared.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use iota_scripts_services::ports::{Diagnostic, Severity};
use tokio::sync::Semaphore;

use super::*;

/// A compiler that checks a text when it gets a permit.
struct Compiler {
    asked: AtomicUsize,
    may: Semaphore,
    fails: Option<FaultCode>,
}

impl Compiler {
    fn new(may: usize, fails: Option<FaultCode>) -> Arc<Self> {
        Arc::new(Self { asked: AtomicUsize::new(0), may: Semaphore::new(may), fails })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Runtime for Compiler {
    async fn run(&self, _: Job, _: Arc<dyn RunIo>, _: CancellationToken) -> RunReport {
        unreachable!("nothing is run")
    }

    async fn check(&self, _: &TenantId, check: &Check, _: &Limits) -> Result<Checked, Fault> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.may.acquire().await.expect("open").forget();
        match self.fails {
            Some(code) => Err(Fault::new(code, "as the test wished")),
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

async fn look(cached: &CachedChecks, tenant: &TenantId, source: &str) -> Result<String, FaultCode> {
    let checked = cached.check(tenant, &Check::text(source), &Limits::granted()).await;
    checked.map(|checked| checked.found[0].message.clone()).map_err(|fault| fault.code)
}

#[tokio::test]
async fn one_text_is_looked_at_once_however_many_ask_at_the_same_time() {
    let compiler = Compiler::new(0, None);
    let cached = CachedChecks::new(compiler.clone());
    let acme = tenant("acme");
    let asking = join_all((0..25).map(|_| look(&cached, &acme, "one()")));
    let (answers, ()) = tokio::join!(asking, async {
        while compiler.asked() == 0 {
            tokio::task::yield_now().await;
        }
        compiler.may.add_permits(25);
    });
    assert_eq!(answers, vec![Ok("one()".to_owned()); 25]);
    assert_eq!(look(&cached, &acme, "one()").await.as_deref(), Ok("one()"));
    assert_eq!(compiler.asked(), 1);
}

#[tokio::test]
async fn another_text_another_tenant_and_other_options_are_looked_at_anew() {
    let compiler = Compiler::new(100, None);
    let cached = CachedChecks::new(compiler.clone());
    for (name, source) in [("acme", "one()"), ("globex", "one()"), ("acme", "two()"), ("acme", "one()")] {
        assert_eq!(look(&cached, &tenant(name), source).await.as_deref(), Ok(source));
    }
    assert_eq!(compiler.asked(), 3);
    cached.check(&tenant("acme"), &Check::template("one()"), &Limits::granted()).await.expect("an answer");
    let tighter = Limits { nesting: 3, ..Limits::granted() };
    cached.check(&tenant("acme"), &Check::text("one()"), &tighter).await.expect("an answer");
    assert_eq!(compiler.asked(), 5);
}

#[tokio::test]
async fn a_text_that_takes_too_long_is_not_tried_again_at_once_and_one_that_found_nobody_is() {
    for (code, asked) in [(FaultCode::CheckTimeout, 1), (FaultCode::RateLimited, 3), (FaultCode::WorkerDied, 3)] {
        let compiler = Compiler::new(100, Some(code));
        let cached = CachedChecks::new(compiler.clone());
        for _ in 0..3 {
            assert_eq!(look(&cached, &tenant("acme"), "one()").await, Err(code));
        }
        assert_eq!(compiler.asked(), asked, "{code:?}");
    }
}

#[tokio::test]
async fn who_goes_away_leaves_the_text_to_the_next() {
    let compiler = Compiler::new(0, None);
    let cached = CachedChecks::new(compiler.clone());
    let acme = tenant("acme");
    {
        let first = look(&cached, &acme, "one()");
        tokio::pin!(first);
        assert!(futures_util::poll!(&mut first).is_pending());
    }
    compiler.may.add_permits(1);
    assert_eq!(look(&cached, &acme, "one()").await.as_deref(), Ok("one()"));
}

#[tokio::test]
async fn what_is_kept_is_bounded_by_its_bytes() {
    let compiler = Compiler::new(100, None);
    let cached = CachedChecks::new(compiler.clone());
    for part in 0..40 {
        look(&cached, &tenant("acme"), &format!("{part}{}", "x".repeat(1 << 20))).await.expect("an answer");
    }
    cached.kept.run_pending_tasks();
    assert!(cached.kept.weighted_size() <= KEPT_BYTES, "{}", cached.kept.weighted_size());
}

#[test]
fn however_many_other_texts_there_are_one_in_flight_is_looked_at_once() {
    let cached = CachedChecks::new(Compiler::new(0, None));
    let key = |number: usize| Sha256::digest(number.to_string()).into();
    let first = cached.cell(key(0));
    for other in 1..=3 * FEW {
        cached.cell(key(other));
    }
    assert!(Arc::ptr_eq(&first, &cached.cell(key(0))));
}
