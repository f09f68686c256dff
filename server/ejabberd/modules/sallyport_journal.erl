%% Logs of one JSON object a line, one file a UTC day (server/kit/README.md): `audit` and `messages`. A line is either wholly
%% in the file or its caller learns that it is not.
-module(sallyport_journal).
-behaviour(gen_server).
-export([start/1, write/2, event/3]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).

-include("logger.hrl").

start(Directory) ->
    Spec = #{id => ?MODULE, start => {gen_server, start_link, [{local, ?MODULE}, ?MODULE, Directory, []]}},
    case supervisor:start_child(ejabberd_gen_mod_sup, Spec) of
	{ok, _} -> ok;
	{error, {already_started, _}} -> gen_server:call(?MODULE, {directory, Directory});
	{error, already_present} -> {ok, _} = supervisor:restart_child(ejabberd_gen_mod_sup, ?MODULE), ok;
	Error -> Error
    end.

%% ok when the record is in the file; anything else means that it is not.
write(Kind, Record) ->
    try gen_server:call(?MODULE, {write, Kind, Record}, 10000)
    catch _:_ -> {error, unavailable}
    end.

%% An event of the audit log. No message text and no secret is in it.
event(Event, State, Fields) ->
    Described = sallyport_sessions:describe(State),
    write(audit, maps:merge(Described#{event => Event, server => <<"ejabberd">>}, Fields)).

init(Directory) -> {ok, #{directory => Directory, files => #{}, complained => none}}.

handle_call({directory, Directory}, _, State) -> {reply, ok, State#{directory => Directory, files => #{}}};
handle_call({write, Kind, Record}, _, State) ->
    Now = erlang:system_time(millisecond),
    Time = list_to_binary(calendar:system_time_to_rfc3339(Now, [{unit, millisecond}, {offset, "Z"}])),
    Line = [sallyport_files:encode(Record#{time => Time}), $\n],
    case append(Kind, binary:part(Time, 0, 10), Line, State) of
	{ok, Next} -> {reply, ok, Next#{complained => none}};
	{{error, Reason}, Next} -> {reply, {error, Reason}, complain(Kind, Reason, Next)}
    end.

complain(_, Reason, #{complained := Reason} = State) -> State;
complain(Kind, Reason, State) ->
    ?ERROR_MSG("the ~ts log cannot be written: ~p", [Kind, Reason]),
    State#{complained => Reason}.

append(Kind, Day, Line, #{files := Files} = State) ->
    case open(Kind, Day, State) of
	{ok, File, Start} ->
	    case file:write(File, [Start, Line]) of
		ok -> {ok, State#{files => Files#{Kind => {Day, File}}}};
		Error -> _ = file:close(File), {Error, State#{files => maps:remove(Kind, Files)}}
	    end;
	Error -> {Error, State#{files => maps:remove(Kind, Files)}}
    end.

open(Kind, Day, #{files := Files, directory := Directory}) ->
    case Files of
	#{Kind := {Day, File}} -> {ok, File, <<>>};
	_ ->
	    _ = case Files of #{Kind := {_, Old}} -> file:close(Old); _ -> ok end,
	    Path = filename:join(Directory, iolist_to_binary([atom_to_binary(Kind, utf8), "-", Day, ".ndjson"])),
	    Start = case ends_torn(Path) of true -> <<"\n">>; false -> <<>> end,
	    case file:open(Path, [append, raw, binary]) of
		{ok, File} ->
		    ok = file:change_mode(Path, 8#600),
		    {ok, File, Start};
		Error -> Error
	    end
    end.

%% Whether the last line has no end, because the disk was full or the machine stopped.
ends_torn(Path) ->
    case file:open(Path, [read, raw, binary]) of
	{ok, File} ->
	    Last = case file:position(File, {eof, -1}) of {ok, _} -> file:read(File, 1); _ -> eof end,
	    ok = file:close(File),
	    case Last of {ok, <<"\n">>} -> false; {ok, _} -> true; _ -> false end;
	_ -> false
    end.

handle_cast(_, State) -> {noreply, State}.
handle_info(_, State) -> {noreply, State}.
terminate(_, _) -> ok.
