//! Errors of the use cases, as data: presentation and the ABI map them to statuses and texts.

use std::time::Duration;

use iota_scripts_domain::{
    Fault, FaultCode, FieldError, FieldErrors, Permission, QuotaExceeded, RepositoryError, StaleVersion, UserId,
    Version,
};

use crate::ports::{Diagnostic, HostError};

/// Why a use case was rejected. A script's own failure is not an error here: it is a `Fault` in the execution.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The host's RBAC denied this permission.
    #[error("missing permission: {0}")]
    Forbidden(Permission),
    /// The text runs with the rights of other users, so changing it takes `scripts.manage_endpoints`.
    #[error("missing permission: {}: this script runs with the permissions of {}", Permission::ManageEndpoints, listed(.0))]
    RunsAs(Vec<UserId>),
    /// The tenant has no such object.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// The change is based on an outdated version.
    #[error("the script has changed in the meantime: its current version is {current}")]
    Stale {
        /// The current version.
        current: Version,
    },
    /// Another script of the tenant has this name.
    #[error("another script already has this name")]
    NameTaken,
    /// Another script of the tenant has this method and path.
    #[error("another script already handles this method and path")]
    EndpointTaken,
    /// Invalid input, by field.
    #[error("{0}")]
    Invalid(FieldErrors),
    /// A run that has ended cannot be cancelled.
    #[error("the run has already ended")]
    AlreadyFinished,
    /// Other scripts import the library, so it cannot be removed or renamed.
    #[error("other scripts import this library: {}", .0.join(", "))]
    LibraryInUse(Vec<String>),
    /// It is not a dead letter, or its event cannot be delivered again.
    #[error("{0}")]
    NotReplayable(&'static str),
    /// Another node runs this attempt of an occurrence.
    #[error("another node already runs this attempt")]
    AttemptTaken,
    /// The script is inactive.
    #[error("the script is inactive; activate it first")]
    Inactive,
    /// The input of a run exceeds the limit in bytes.
    #[error("the input has {bytes} bytes; the limit is {limit}")]
    InputTooLarge {
        /// Its size in bytes.
        bytes: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The input of a run is nested too deeply.
    #[error("the input is nested {depth} levels deep; the limit is {limit}")]
    InputTooNested {
        /// Its depth.
        depth: u64,
        /// The maximum depth.
        limit: u64,
    },
    /// The endpoint is throttled and runs as many requests as its share allows.
    #[error("the endpoint is busy; try again")]
    EndpointBusy,
    /// The tenant's quota is used up.
    #[error(transparent)]
    QuotaExceeded(#[from] QuotaExceeded),
    /// The user exceeded a rate or concurrency limit.
    #[error("too many requests; try again later")]
    RateLimited {
        /// When to try again.
        retry_after: Duration,
    },
    /// A source that does not compile cannot be activated; one that is nested too deeply cannot be saved.
    #[error("{}", .0.sentence())]
    DoesNotCompile(Box<Diagnostic>),
    /// The plugin is stopping.
    #[error("the plugin is stopping")]
    Stopping,
    /// The compiler could not check the source.
    #[error("{}", .0.message)]
    Unchecked(Fault),
    /// The host returned an error.
    #[error("the host is unavailable: {0}")]
    Host(#[from] HostError),
    /// The database returned an error.
    #[error("the database is unavailable: {0}")]
    Repository(RepositoryError),
}

impl ServiceError {
    /// Returns the stable code, from the one table of codes.
    #[must_use]
    pub fn code(&self) -> FaultCode {
        match self {
            Self::Forbidden(_) | Self::RunsAs(_) => FaultCode::Forbidden,
            Self::NotFound(_) => FaultCode::NotFound,
            Self::Stale { .. } => FaultCode::VersionConflict,
            Self::NameTaken => FaultCode::NameTaken,
            Self::LibraryInUse(_) => FaultCode::LibraryInUse,
            Self::EndpointTaken => FaultCode::EndpointTaken,
            Self::Invalid(_) => FaultCode::ValidationFailed,
            Self::AlreadyFinished | Self::NotReplayable(_) | Self::AttemptTaken => FaultCode::AlreadyFinished,
            Self::Inactive => FaultCode::ScriptInactive,
            Self::InputTooLarge { .. } => FaultCode::InputTooLarge,
            Self::InputTooNested { .. } => FaultCode::InputTooNested,
            Self::QuotaExceeded(_) => FaultCode::QuotaExceeded,
            Self::RateLimited { .. } => FaultCode::RateLimited,
            Self::DoesNotCompile(found) => FaultCode::parse(&found.code).unwrap_or(FaultCode::CompileError),
            Self::EndpointBusy => FaultCode::PoolExhausted,
            Self::Unchecked(fault) => fault.code,
            Self::Stopping | Self::Host(_) | Self::Repository(_) => FaultCode::Unavailable,
        }
    }

    /// Returns the input field at fault, if there is exactly one.
    #[must_use]
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::NameTaken | Self::LibraryInUse(_) => Some("name"),
            Self::EndpointTaken => Some("endpoint_path"),
            Self::Stale { .. } => Some("base_version"),
            Self::Invalid(errors) => errors.0.first().map(|error| error.field),
            Self::InputTooLarge { .. } | Self::InputTooNested { .. } => Some("input"),
            Self::DoesNotCompile(_) => Some("content"),
            Self::Forbidden(_)
            | Self::RunsAs(_)
            | Self::NotFound(_)
            | Self::AlreadyFinished
            | Self::NotReplayable(_)
            | Self::AttemptTaken
            | Self::Inactive
            | Self::EndpointBusy
            | Self::QuotaExceeded(_)
            | Self::RateLimited { .. }
            | Self::Stopping
            | Self::Unchecked(_)
            | Self::Host(_)
            | Self::Repository(_) => None,
        }
    }
}

fn listed(users: &[UserId]) -> String {
    users.iter().map(UserId::as_str).collect::<Vec<_>>().join(", ")
}

/// Maps an error of a script repository to one of a use case.
impl From<RepositoryError> for ServiceError {
    fn from(error: RepositoryError) -> Self {
        match error {
            RepositoryError::NotFound => Self::NotFound("entry"),
            RepositoryError::NameTaken => Self::NameTaken,
            RepositoryError::EndpointTaken => Self::EndpointTaken,
            RepositoryError::Stale { current } => Self::Stale { current },
            RepositoryError::AttemptTaken => Self::AttemptTaken,
            RepositoryError::InvalidState | RepositoryError::AlreadyFinished => Self::AlreadyFinished,
            RepositoryError::Overtaken | RepositoryError::Unavailable(_) | RepositoryError::Inconsistent { .. } => {
                Self::Repository(error)
            }
        }
    }
}

impl From<FieldErrors> for ServiceError {
    fn from(errors: FieldErrors) -> Self {
        Self::Invalid(errors)
    }
}

impl From<FieldError> for ServiceError {
    fn from(error: FieldError) -> Self {
        Self::Invalid(error.into())
    }
}

impl From<StaleVersion> for ServiceError {
    fn from(stale: StaleVersion) -> Self {
        Self::Stale { current: stale.current }
    }
}

/// Names the object that a repository did not find.
pub(crate) trait OrNotFound<T> {
    /// Maps `NotFound` to an error that names `what`.
    fn or_not_found(self, what: &'static str) -> Result<T, ServiceError>;
}

impl<T> OrNotFound<T> for Result<T, RepositoryError> {
    fn or_not_found(self, what: &'static str) -> Result<T, ServiceError> {
        self.map_err(|error| match error {
            RepositoryError::NotFound => ServiceError::NotFound(what),
            other => other.into(),
        })
    }
}
