package io.shardjdbc.examples.instagram;

import java.time.OffsetDateTime;

/** A word about a post. */
record Comment(long id, long userId, String body, OffsetDateTime at) {}
