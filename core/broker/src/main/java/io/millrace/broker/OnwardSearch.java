package io.millrace.broker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Follows a subject by imports into other accounts. Used once, on the loop. */
final class OnwardSearch {
    private static final int PLACES_MAX = 256;

    private final Map<Place, Integer> places = new LinkedHashMap<>();

    /** One subject in one account. */
    private record Place(String account, String subject, boolean isService) {}

    /** Notes where a message on {@code subject} goes by a subscription that it meets. */
    void follow(Subscription subscription, byte[] subject) {
        if (subscription.subscriber instanceof Shadow shadow) {
            add(new Place(shadow.account(), text(shadow.toSubscriber(subject)), false), 1);
        } else if (subscription.subscriber instanceof ServiceImport service) {
            byte[] there = service.toThere(subject);
            Place place = new Place(service.exporter().name(), text(there), true);
            if (places.containsKey(place) || !add(place, 0)) {
                return;
            }
            MatchResult match = new MatchResult();
            service.exporter().interest().match(there, 0, there.length, match);
            for (Subscription further : Route.all(match)) {
                if (further.subscriber instanceof ClientSession) {
                    add(place, 1);
                } else {
                    follow(further, there);
                }
            }
        }
    }

    private boolean add(Place place, int subscriptions) {
        if (places.size() >= PLACES_MAX && !places.containsKey(place)) {
            return false;
        }
        places.merge(place, subscriptions, Integer::sum);
        return true;
    }

    private static String text(byte[] subject) {
        return new String(subject, StandardCharsets.UTF_8);
    }

    List<Route.Onward> found() {
        List<Route.Onward> found = new ArrayList<>();
        places.forEach(
                (place, count) ->
                        found.add(
                                new Route.Onward(
                                        place.account(),
                                        place.subject(),
                                        place.isService(),
                                        count)));
        return found;
    }
}
