/** The health of shards for Spring Boot 4, whose types the other line does not have. */
@NullMarked
package io.shardjdbc.spring.boot4;

import org.jspecify.annotations.NullMarked;
