//! The methods of outgoing requests, and whether each is safe or idempotent.

macro_rules! methods {
    ($($variant:ident = $text:literal;)+) => {
        /// The method of an outgoing request.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum OutgoingMethod { $(#[doc = concat!("`", $text, "`")] $variant,)+ }

        impl OutgoingMethod {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Returns the method in upper case.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }
    };
}

methods! {
    Get = "GET";
    Head = "HEAD";
    Options = "OPTIONS";
    Post = "POST";
    Put = "PUT";
    Patch = "PATCH";
    Delete = "DELETE";
}

impl OutgoingMethod {
    /// Parses a method, ignoring case.
    ///
    /// ```
    /// use iota_scripts_domain::OutgoingMethod;
    /// assert_eq!(OutgoingMethod::parse("patch"), Some(OutgoingMethod::Patch));
    /// assert_eq!(OutgoingMethod::parse("CONNECT"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|method| method.as_str().eq_ignore_ascii_case(text))
    }

    /// Returns whether the method is safe (read-only).
    #[must_use]
    pub const fn is_safe(self) -> bool {
        matches!(self, Self::Get | Self::Head | Self::Options)
    }

    /// Returns whether repeating a request has no further effect.
    #[must_use]
    pub const fn is_idempotent(self) -> bool {
        self.is_safe() || matches!(self, Self::Put | Self::Delete)
    }
}
