/** The protocol as a small machine whose every state is visited. */
@NullMarked
package io.shardjdbc.reshard.model;

import org.jspecify.annotations.NullMarked;
