package io.shardjdbc.examples.instagram;

/** Who a user is. */
public record Profile(String name, String bio, String country) {}
