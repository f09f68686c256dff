%% XEP-0163, for what the client keeps and tells, and nothing else: what is published passes the message log, so a node of
%% somebody's choosing, read by whoever knows it, would be a conversation that nobody records. What people publish for others to
%% read (XEP-0277) is in the message log, or not published. Loaded with mod_pubsub, whose
%% service of its own nobody reaches but by leave of mod_sallyport_feeds.
-module(mod_sallyport_pep).
-behaviour(gen_mod).
-export([start/2, stop/1, reload/3, depends/2, mod_options/1, mod_doc/0, user_send_packet/1]).

-include("xmpp.hrl").

%% Before anyone else sees it, after mod_sallyport_stamps.
-define(SEQ, 2).
%% In bytes, of all that is published at once.
-define(MAX_PUBLISH, 8192).
%% The node that is logged, and read by subscription; of an item.
-define(MICROBLOG, <<"urn:xmpp:microblog:0">>).
-define(MAX_ITEM, 32768).
%% Node -> who may read it: the only access model that may be asked for.
-define(NODES, #{<<"urn:xmpp:bookmarks:1">> => <<"whitelist">>,
		 <<"http://jabber.org/protocol/geoloc">> => <<"presence">>,
		 <<"http://jabber.org/protocol/activity">> => <<"presence">>,
		 ?MICROBLOG => <<"presence">>}).

mod_options(_) -> [].
mod_doc() -> #{}.
depends(_, _) -> [{mod_pubsub, hard}, {mod_sallyport_messages, hard}].
start(Host, _) -> ejabberd_hooks:add(user_send_packet, Host, ?MODULE, user_send_packet, ?SEQ).
stop(Host) -> ejabberd_hooks:delete(user_send_packet, Host, ?MODULE, user_send_packet, ?SEQ).
reload(_, _, _) -> ok.

%% A hook that crashes lets everything through, so whatever cannot be judged is refused.
user_send_packet({Stanza, State}) ->
    try judge(Stanza, State) of
	ok -> {understood(Stanza), State};
	Error -> refuse(Stanza, Error, State)
    catch _:_ -> refuse(Stanza, xmpp:err_not_allowed(), State)
    end.

refuse(Stanza, Error, State) ->
    ejabberd_router:route_error(Stanza, Error),
    {stop, {drop, State}}.

judge(Stanza, #{lserver := Host} = State) ->
    case is_service(xmpp:get_to(Stanza), Host) of
	true -> judge_service(gen_mod:is_loaded(Host, mod_sallyport_feeds), Stanza, State);
	false -> judge_own(switched_off(Stanza, Host), may_ask(Stanza), Stanza, State)
    end.

judge_own(ok, true, Stanza, State) -> logged(Stanza, State);
judge_own(ok, false, _, _) -> xmpp:err_not_allowed();
judge_own(Off, _, _, _) -> Off.

%% What the switch keeps from being done with somebody's own feed.
switched_off(#iq{from = From, to = To, sub_els = [El]}, Host) ->
    Wishes = case xmpp:get_ns(El) of ?NS_PUBSUB -> sallyport_published:elements(xmpp:encode(El)); _ -> [] end,
    Feed = jid:encode(jid:remove_resource(jid:tolower(case To of undefined -> From; _ -> To end))),
    case [Refusal || Wish <- Wishes, node_of(Wish) =:= ?MICROBLOG,
		     Refusal <- [sallyport_switch_feeds:judge(Host, Feed, Wish)], Refusal =/= ok] of
	[Refusal | _] -> Refusal;
	[] -> ok
    end;
switched_off(_, _) -> ok.

judge_service(true, Stanza, State) -> mod_sallyport_feeds:judge(Stanza, State);
judge_service(false, _, _) -> xmpp:err_not_allowed().

is_service(#jid{lserver = Server}, Host) -> lists:member(Server, gen_mod:get_module_opt_hosts(Host, mod_pubsub));
is_service(undefined, _) -> false.

may_ask(#iq{type = set, from = From} = IQ) ->
    lists:all(fun(El) ->
		      case xmpp:get_ns(El) of
			  ?NS_PUBSUB -> may_set(xmpp:encode(El), From);
			  ?NS_PUBSUB_OWNER -> false;
			  _ -> true
		      end
	      end, xmpp:get_els(IQ));
may_ask(_) -> true.

%% What is published for others to read is logged first: in the own account alone, one item at a time.
logged(#iq{type = set, from = From, to = To, sub_els = [El]}, State) ->
    case xmpp:get_ns(El) =:= ?NS_PUBSUB andalso sallyport_published:elements(xmpp:encode(El)) of
	[#xmlel{name = Name} = Wish | _] when Name =:= <<"publish">>; Name =:= <<"retract">> ->
	    case node_of(Wish) =:= ?MICROBLOG andalso {is_own(From, To), sallyport_published:elements(Wish)} of
		false -> ok;
		{true, [#xmlel{name = <<"item">>} = Item]} -> one_item(Name, Item, From, State);
		_ -> xmpp:err_not_allowed()
	    end;
	_ -> ok
    end;
logged(_, _) -> ok.

one_item(Name, Item, From, State) ->
    case sallyport_published:elements(Item) of
	[_, _ | _] -> xmpp:err_not_allowed();
	[_] when Name =:= <<"retract">> -> xmpp:err_not_allowed();
	_ -> sallyport_published:record_of(From, jid:encode(jid:remove_resource(From)), ?MICROBLOG, Item, State)
    end.

is_own(_, undefined) -> true;
is_own(From, To) -> jid:tolower(jid:remove_resource(From)) =:= jid:tolower(To).

may_set(#xmlel{children = Children} = PubSub, From) ->
    case [El || #xmlel{} = El <- Children] of
	[#xmlel{name = <<"retract">>} = Retract] -> maps:is_key(node_of(Retract), ?NODES);
	[#xmlel{name = <<"unsubscribe">>} = Wish] -> node_of(Wish) =:= ?MICROBLOG;
	[#xmlel{name = <<"subscribe">>} = Wish] -> node_of(Wish) =:= ?MICROBLOG andalso sallyport_published:is_of_account(Wish, From);
	[#xmlel{name = <<"publish">>} = Publish, #xmlel{name = <<"publish-options">>} = Options] ->
	    case maps:find(node_of(Publish), ?NODES) of
		{ok, Model} -> access_models(Options) =:= [[Model]] andalso byte_size(fxml:element_to_binary(PubSub)) =< max_publish(node_of(Publish));
		error -> false
	    end;
	_ -> false
    end.

max_publish(?MICROBLOG) -> ?MAX_ITEM;
max_publish(_) -> ?MAX_PUBLISH.

%% ejabberd 23.01 refuses options that it does not know; what these two say stands in its configuration (`force_node_config`).
understood(#iq{type = set} = IQ) -> xmpp:set_els(IQ, [without_unknown(El) || El <- xmpp:get_els(IQ)]);
understood(Stanza) -> Stanza.

without_unknown(El) ->
    case xmpp:get_ns(El) of
	?NS_PUBSUB -> without_fields(xmpp:encode(El));
	_ -> El
    end.

without_fields(#xmlel{children = Children} = El) ->
    El#xmlel{children = [without_fields(Child) || Child <- Children, not is_unknown(Child)]};
without_fields(Text) -> Text.

is_unknown(#xmlel{name = <<"field">>} = Field) ->
    lists:member(fxml:get_tag_attr_s(<<"var">>, Field), [<<"pubsub#max_items">>, <<"pubsub#send_last_published_item">>]);
is_unknown(_) -> false.

node_of(El) -> fxml:get_tag_attr_s(<<"node">>, El).

%% The values of each field of the options that is about access.
access_models(Options) ->
    [[fxml:get_tag_cdata(Value) || Value <- elements(<<"value">>, Field)]
     || Form <- elements(<<"x">>, Options), Field <- elements(<<"field">>, Form),
	fxml:get_tag_attr_s(<<"var">>, Field) =:= <<"pubsub#access_model">>].

elements(Name, #xmlel{children = Children}) -> [El || #xmlel{name = Found} = El <- Children, Found =:= Name].
