/**
 * Reads the bodies of functions, procedures, DO blocks and rules.
 *
 * <p>Start at {@code RoutineBody}: a body in SQL is cut into its statements, one in PL/pgSQL into
 * the statements and expressions within its control flow. A body that is not understood is one that
 * may do anything.
 */
@NullMarked
package io.shardjdbc.routing.sql.routine;

import org.jspecify.annotations.NullMarked;
