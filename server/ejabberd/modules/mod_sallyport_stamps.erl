%% What only servers may say of a message: when it was sent (XEP-0203), where it is archived (XEP-0359 section 6) and who in a room it
%% is from (XEP-0421). Receivers believe it in the name of their own server or of a room. So all of it is taken out of whatever a
%% client sends, before anyone else sees it.
-module(mod_sallyport_stamps).
-behaviour(gen_mod).
-export([start/2, stop/1, reload/3, depends/2, mod_options/1, mod_doc/0, user_send_packet/1]).

-include("xmpp.hrl").

mod_options(_) -> [].
mod_doc() -> #{}.
depends(_, _) -> [].
start(Host, _) -> ejabberd_hooks:add(user_send_packet, Host, ?MODULE, user_send_packet, 1).
stop(Host) -> ejabberd_hooks:delete(user_send_packet, Host, ?MODULE, user_send_packet, 1).
reload(_, _, _) -> ok.

user_send_packet({#message{} = Message, State}) ->
    Kept = [El || El <- xmpp:get_els(Message), not is_server_word(xmpp:get_name(El), xmpp:get_ns(El))],
    {xmpp:set_els(Message, Kept), State};
user_send_packet(Other) -> Other.

is_server_word(<<"delay">>, <<"urn:xmpp:delay">>) -> true;
is_server_word(<<"x">>, <<"jabber:x:delay">>) -> true;
is_server_word(<<"stanza-id">>, <<"urn:xmpp:sid:0">>) -> true;
is_server_word(<<"occupant-id">>, <<"urn:xmpp:occupant-id:0">>) -> true;
is_server_word(_, _) -> false.
