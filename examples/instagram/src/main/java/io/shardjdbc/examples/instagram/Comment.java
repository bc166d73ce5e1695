package io.shardjdbc.examples.instagram;

import java.time.OffsetDateTime;

/** A word about a post. */
public record Comment(long id, long userId, String body, OffsetDateTime at) {}
