/** Tests of the guard over routes. */
@org.jspecify.annotations.NullMarked
package io.shardjdbc.testkit.routes;
