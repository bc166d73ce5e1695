/** How the shards are, as a page that any browser shows. */
@NullMarked
package io.shardjdbc.status;

import org.jspecify.annotations.NullMarked;
