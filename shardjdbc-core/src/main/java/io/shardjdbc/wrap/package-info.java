/**
 * The ground floor: generated wrappers of the interfaces of {@code java.sql}, which have up to 212
 * methods each.
 *
 * <p>The refusing family answers every method with a typed error, the forwarding family hands every
 * method on, the recording family keeps what setters are given until it is known which shards need
 * it. The program that writes them is among the tests of this module ({@code
 * io.shardjdbc.generate}); a test compares what it makes with what is here.
 *
 * <p>{@code java.sql} says nothing about null, so nothing is promised here either.
 */
@NullUnmarked
package io.shardjdbc.wrap;

import org.jspecify.annotations.NullUnmarked;
