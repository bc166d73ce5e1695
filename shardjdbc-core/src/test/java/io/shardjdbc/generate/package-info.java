/**
 * Writes the forwarding, refusing and recording sources of {@code io.shardjdbc.wrap}.
 *
 * <p>{@link io.shardjdbc.generate.JdbcInterfaces} reads {@code java.sql} as Java 17 has it,
 * whatever JDK runs; {@link io.shardjdbc.generate.Families} says which classes there are and what
 * each method's body is; {@link io.shardjdbc.generate.SourceWriter} prints them. {@link
 * io.shardjdbc.generate.GeneratedSourcesTest} compares the result with what is committed, and with
 * {@code -Dshardjdbc.generate=true} writes it.
 */
@NullMarked
package io.shardjdbc.generate;

import org.jspecify.annotations.NullMarked;
