%% XEP-0421 1.0.1: who an occupant is, whatever the nickname. ejabberd has this from 23.10 on (mod_muc_occupantid); without it
%% whoever takes a nickname later passes for who had it, in the archive above all. The id is a keyed hash of room and account: the
%% same for ever, another in each room, and nobody finds the account by it. What clients put there themselves is taken out.
-module(mod_sallyport_occupants).
-behaviour(gen_mod).
-export([start/2, stop/1, reload/3, depends/2, mod_options/1, mod_doc/0, muc_filter_message/3, muc_filter_presence/3]).

-include("xmpp.hrl").
-include("mod_muc_room.hrl").

-define(NS_OCCUPANT_ID, <<"urn:xmpp:occupant-id:0">>).
%% In bytes.
-define(SECRET, 32).
%% Before the log's (40) and the archive's (50): they get the room's word.
-define(HOOKS, [{muc_filter_message, muc_filter_message, 30}, {muc_filter_presence, muc_filter_presence, 30}]).

%% The key of the hashes; it is in the backups, because ids are for ever.
-record(sallyport_occupants, {id = key :: key, secret = <<>> :: binary()}).

mod_options(_) -> [].
mod_doc() -> #{}.
depends(_, _) -> [{mod_muc, hard}].

start(Host, _) ->
    {atomic, ok} = ejabberd_mnesia:create(?MODULE, sallyport_occupants,
					  [{disc_copies, [node()]}, {attributes, record_info(fields, sallyport_occupants)}]),
    {atomic, ok} = mnesia:transaction(fun make_secret/0),
    [ejabberd_hooks:add(Hook, Host, ?MODULE, Function, Seq) || {Hook, Function, Seq} <- ?HOOKS],
    ok.

stop(Host) ->
    [ejabberd_hooks:delete(Hook, Host, ?MODULE, Function, Seq) || {Hook, Function, Seq} <- ?HOOKS],
    ok.

reload(_, _, _) -> ok.

make_secret() ->
    case mnesia:wread({sallyport_occupants, key}) of
	[] -> mnesia:write(#sallyport_occupants{secret = crypto:strong_rand_bytes(?SECRET)});
	[_] -> ok
    end.

muc_filter_message(#message{} = Message, Room, Nick) -> marked(Message, Room, Nick);
muc_filter_message(Other, _, _) -> Other.

muc_filter_presence(#presence{} = Presence, Room, Nick) -> marked(Presence, Room, Nick);
muc_filter_presence(Other, _, _) -> Other.

marked(Stanza, #state{jid = Room} = Data, Nick) ->
    Kept = [El || El <- xmpp:get_els(Stanza), not is_occupant_id(El)],
    xmpp:set_els(Stanza, Kept ++ [occupant_id(Room, Account) || Account <- account(xmpp:get_from(Stanza), Nick, Data)]).

is_occupant_id(El) -> xmpp:get_name(El) =:= <<"occupant-id">> andalso xmpp:get_ns(El) =:= ?NS_OCCUPANT_ID.

%% Whose it is; what the room says itself is nobody's.
account(#jid{lserver = Server}, Nick, #state{jid = #jid{lserver = Server}, nicks = Nicks}) ->
    [{User, Host} || {User, Host, _} <- lists:sublist(maps:get(Nick, Nicks, []), 1)];
account(#jid{luser = User, lserver = Server}, _, _) -> [{User, Server}].

occupant_id(#jid{luser = Room, lserver = Service}, {User, Host}) ->
    [#sallyport_occupants{secret = Secret}] = mnesia:dirty_read(sallyport_occupants, key),
    %% No part of an address has a NUL in it.
    Hash = crypto:mac(hmac, sha256, Secret, lists:join(0, [Room, Service, User, Host])),
    #xmlel{name = <<"occupant-id">>, attrs = [{<<"xmlns">>, ?NS_OCCUPANT_ID}, {<<"id">>, base64:encode(Hash)}]}.
