/** The health of shards for Spring Boot 3, whose types the other line does not have. */
@NullMarked
package io.shardjdbc.spring.boot3;

import org.jspecify.annotations.NullMarked;
