//! What was done to an account: the closed codes of `?done=` and the sentence for each.
//! It must not carry free text: anyone can write the URL, so an unknown code is no notice at all.

use std::str::FromStr;

/// Something that a person asked for and that has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Notice {
    #[error("That device is signed out.")]
    DeviceEnded,
    #[error("All other devices are signed out.")]
    OtherDevicesEnded,
}

impl Notice {
    pub const ALL: [Self; 2] = [Self::DeviceEnded, Self::OtherDevicesEnded];

    /// The value of `?done=`.
    pub fn code(self) -> &'static str {
        match self {
            Self::DeviceEnded => "device-ended",
            Self::OtherDevicesEnded => "other-devices-ended",
        }
    }
}

/// The `?done=` value is not one of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownCode;

impl FromStr for Notice {
    type Err = UnknownCode;

    fn from_str(code: &str) -> Result<Self, UnknownCode> {
        Self::ALL.into_iter().find(|notice| notice.code() == code).ok_or(UnknownCode)
    }
}

#[cfg(test)]
mod tests {
    use super::{Notice, UnknownCode};

    #[test]
    fn every_code_is_its_own_and_leads_back() {
        for notice in Notice::ALL {
            assert_eq!(notice.code().parse(), Ok(notice));
        }
        assert_eq!("<script>".parse::<Notice>(), Err(UnknownCode));
    }
}
