/**
 * The machinery of the test kit's TCP proxy: a {@link io.shardjdbc.testkit.proxy.Relay} listens and
 * keeps the connections, two threads a connection carry its bytes, and a {@link
 * io.shardjdbc.testkit.proxy.Valve} tells them when to go on.
 */
@NullMarked
package io.shardjdbc.testkit.proxy;

import org.jspecify.annotations.NullMarked;
