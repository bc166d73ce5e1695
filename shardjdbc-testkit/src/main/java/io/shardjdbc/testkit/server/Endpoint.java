package io.shardjdbc.testkit.server;

/** A host and port at which a server listens. */
public record Endpoint(String host, int port) {}
