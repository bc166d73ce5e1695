/** What keeps faults from doing harm, by name, for tests that take it out. */
@NullMarked
package io.shardjdbc.fence;

import org.jspecify.annotations.NullMarked;
