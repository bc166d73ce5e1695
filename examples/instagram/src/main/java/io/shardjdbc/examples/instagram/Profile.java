package io.shardjdbc.examples.instagram;

/** Who a user is. */
record Profile(String name, String bio, String country) {}
