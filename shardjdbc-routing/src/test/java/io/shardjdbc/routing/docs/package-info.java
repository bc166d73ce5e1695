/** The pages of {@code docs} that are made from the code: compared, or written where asked to. */
package io.shardjdbc.routing.docs;
