use super::shape::{basic, basic_offset, extended, extended_offset, extended_time};

#[test]
fn with_hyphens_and_colons_and_without() {
    for (short, long) in [
        ("20110517", "2011-05-17"),
        ("20121017T120000", "2012-10-17T12:00:00"),
        ("20121017T120000Z", "2012-10-17T12:00:00Z"),
    ] {
        assert_eq!((&*extended(short), &*basic(long)), (long, short));
    }
    for (short, long) in [("123000", "12:30:00"), ("123000Z", "12:30:00Z")] {
        assert_eq!((&*extended_time(short), &*basic(long)), (long, short));
    }
    for (short, long) in [("-0500", "-05:00"), ("+1245", "+12:45"), ("-001444", "-00:14:44")] {
        assert_eq!((&*extended_offset(short), &*basic_offset(long)), (long, short));
    }
    for other in ["", "2011-05-17T", "2011-5-17", "2011-05-17T12:00", "tomorrow", "12:30"] {
        assert_eq!((basic(other), basic_offset(other)), (other.to_owned(), other.to_owned()));
    }
}
